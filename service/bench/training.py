"""Training the recognizer: a step of `lightning fit` beside a bare step of its network."""

from __future__ import annotations

import logging
import sys
import time
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from service.bench.row import Row

AREA = "training"
SIZE = 64  # inks of a batch
BARE = "bare forward and backward passes of the same network, on a batch in memory"


def rows(*, quick: bool) -> Iterator[Row]:
    """No rows where Lightning is not installed."""
    if not find_spec("lightning"):
        print("lightning is not installed; training is left out", file=sys.stderr)
        return
    fit, bare = _fit_seconds(3 if quick else 12), _bare_seconds(2 if quick else 8)
    yield Row(AREA, "inks trained on", SIZE / fit, "inks a CPU s")
    yield Row(AREA, "a step, with drawing its inks", fit / bare, "times", BARE)


def _parts() -> tuple[Any, Any]:
    """The network of the shipped configurations, small, and synthetic ink for it."""
    from data.training.batch_loader import LoaderSettings
    from data.training.ink_module import InkDataModule
    from kanji.training.recognizer_module import RecognizerModule

    loader = LoaderSettings(size=SIZE, batches=100, validation_batches=0)
    module = RecognizerModule("joyo", width=96, bottleneck=128, rank=None)
    return module, InkDataModule(candidates="joyo", loader=loader)


def _fit_seconds(steps: int) -> float:
    """CPU seconds of a step of training, without the first."""
    import lightning as L

    class Moments(L.Callback):
        def __init__(self) -> None:
            self.ends: list[float] = []

        def on_train_batch_end(self, *_: Any, **__: Any) -> None:
            self.ends.append(time.process_time())

    moments = Moments()
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)  # what devices there are
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Lightning's own, such as about few workers
        trainer = L.Trainer(
            max_steps=steps + 1, accelerator="cpu", logger=False, callbacks=[moments],
            enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        )  # fmt: skip
        trainer.fit(*_parts())
    return (moments.ends[-1] - moments.ends[0]) / steps


def _bare_seconds(steps: int) -> float:
    """CPU seconds of a forward and a backward pass, without the first."""
    module, ink = _parts()
    ink.setup("fit")
    batch = next(iter(ink.train_dataloader()))
    for step in range(steps + 1):
        if step == 1:
            start = time.process_time()
        module.model(batch.sequences).logits.float().logsumexp(dim=1).sum().backward()
    return (time.process_time() - start) / steps
