"""How fast ink is made, stored, and fed to a training: `python -m tests.bench.feeding`.

Rates of one process are per CPU second; those of the data module are per second of the clock with
two workers, so they need an idle machine. Random access is a ratio to NumPy slices of the same
array, the best of several runs of either.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from data.characters import characters
from data.corpora.corpus import Corpus, write_corpus
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer
from data.training.batch_loader import LoaderSettings
from data.training.ink_module import InkDataModule
from data.training.mix import Mix

BATCH, BATCHES = 256, 60
SAMPLES = 20_000
FACTS = {"source": "synthetic", "licence": "CC BY-SA 3.0", "sha256": "0"}


def main() -> None:
    """Prints the figures as JSON."""
    synthesizer = Synthesizer(characters("all"), load_references("ja"))
    generator = np.random.default_rng(1)
    labels = [generator.integers(len(synthesizer.characters), size=BATCH) for _ in range(BATCHES)]

    def drawn(use: Callable[[object], object]) -> float:
        begun = time.process_time()
        for some in labels:
            use(synthesizer.draw(some, generator))
        return BATCH * BATCHES / (time.process_time() - begun)

    figures: dict[str, float] = {
        "synthetic_inks_a_second_and_core": drawn(lambda d: d),
        "with_times_by_a_device": drawn(lambda d: d.trace(generator)),  # type: ignore[attr-defined]
        "as_sequences": drawn(lambda d: d.sequences(generator)),  # type: ignore[attr-defined]
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ink.h5"
        inks = (
            ink
            for some in labels[: SAMPLES // BATCH]
            for ink in synthesizer.draw(some, generator).inks(synthesizer.characters, generator)
        )
        write_corpus(path, inks, facts=FACTS)
        figures["random_access_over_numpy"] = _access(Corpus(path))
        for name, corpora in (("synthetic", []), ("corpus", [path])):
            figures[f"module_{name}_2_workers"] = _feeding(corpora)
    json.dump({name: round(value, 3) for name, value in figures.items()}, sys.stdout, indent=1)
    print()


def _access(corpus: Corpus) -> float:
    """Time to take every ink's points at random, over that of slices of the array in memory."""
    places = np.random.default_rng(2).permutation(len(corpus)).tolist()
    array = np.concatenate([corpus.points_of(n) for n in range(len(corpus))])
    sizes = [len(corpus.points_of(n)) for n in range(len(corpus))]
    starts = np.concatenate([[0], np.cumsum(sizes)])

    def ours() -> None:
        for place in places:
            corpus.points_of(place)

    def numpys() -> None:
        for place in places:
            array[starts[place] : starts[place + 1]]

    return _best(ours) / _best(numpys)


def _best(run: Callable[[], None]) -> float:
    spent = []
    for _ in range(9):
        begun = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def _feeding(corpora: list[Path]) -> float:
    module = InkDataModule(
        corpora=corpora,
        mix=Mix(corpus_share=1.0 if corpora else 0.0),
        loader=LoaderSettings(size=BATCH, batches=200, workers=2),
    )
    module.setup("fit")
    batches = iter(module.train_dataloader())
    for _ in range(20):  # the workers have started
        next(batches)
    begun = time.perf_counter()
    count = sum(len(batch.labels) for batch in batches)
    return count / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
