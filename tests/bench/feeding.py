"""How fast ink is drawn, read and fed to a training: `python -m tests.bench.feeding`.

Rates of one process are per CPU second. Those of the data module are per second of wall time with
two workers, so they need an idle machine.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from data.characters import characters
from data.corpora.corpus import Corpus
from data.corpora.writer import write_corpus
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer
from data.training.batch_loader import LoaderSettings
from data.training.ink_module import InkDataModule
from data.training.mix import Mix

BATCH, BATCHES = 256, 60
SAMPLES = 20_000
REPEATS = 9
FACTS = {"source": "synthetic", "licence": "CC BY-SA 3.0", "sha256": "0"}


def main() -> None:
    """Prints the figures as JSON."""
    synthesizer = Synthesizer(characters("all"), load_references("ja"))
    generator = np.random.default_rng(1)
    labels = [generator.integers(len(synthesizer.characters), size=BATCH) for _ in range(BATCHES)]

    def drawn(use: Callable[[Any], object]) -> float:
        start = time.process_time()
        for some in labels:
            use(synthesizer.draw(some, generator))
        return BATCH * BATCHES / (time.process_time() - start)

    figures: dict[str, float] = {
        "synthetic_inks_a_second_and_core": drawn(lambda d: d),
        "with_times_by_a_device": drawn(lambda d: d.trace(generator)),
        "as_sequences": drawn(lambda d: d.sequences(generator)),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ink.h5"
        inks = (
            ink
            for some in labels[: SAMPLES // BATCH]
            for ink in synthesizer.draw(some, generator).inks(synthesizer.characters, generator)
        )
        write_corpus(path, inks, facts=FACTS)
        figures["gathered_at_random"] = _gathered(Corpus(path))
        for name, corpora in (("synthetic", []), ("corpus", [path])):
            figures[f"module_{name}_2_workers"] = _fed(corpora)
    json.dump({name: round(value, 3) for name, value in figures.items()}, sys.stdout, indent=1)
    print()


def _gathered(corpus: Corpus) -> float:
    """Inks read at random in batches, as a training reads them, for each CPU second."""
    places = np.random.default_rng(2).permutation(len(corpus))
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        for first in range(0, len(places), BATCH):
            corpus.gathered(places[first : first + BATCH])
        seconds.append(time.process_time() - start)
    return len(corpus) / min(seconds)


def _fed(corpora: list[Path]) -> float:
    """Inks in the batches of the data module, for each second of wall time."""
    module = InkDataModule(
        corpora=corpora,
        mix=Mix(corpus_share=1.0 if corpora else 0.0),
        loader=LoaderSettings(size=BATCH, batches=200, workers=2),
    )
    module.setup("fit")
    batches = iter(module.train_dataloader())
    for _ in range(20):  # by then the workers have started
        next(batches)
    start = time.perf_counter()
    count = sum(len(batch.labels) for batch in batches)
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
