"""A corpus of CASIA's size, read in random order: `python -m tests.bench.large_corpus`.

Some thousand synthetic inks are written over and over, until the file has the size wanted. Prints
the inks read for each CPU second from it and from one of 20,000 inks, and the memory of each.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from data.characters import characters
from data.corpora.corpus import Corpus
from data.corpora.writer import write_packed
from data.ink.packed import Packed, pack
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer

FACTS = {"source": "synthetic", "licence": "CC BY-SA 3.0", "sha256": "0"}
DRAWN = 4000  # inks that are repeated
BATCH, BATCHES = 256, 80  # inks that a training reads at a time, and how often
SMALL = 5  # repetitions in the small corpus
REPEATS = 3


def main() -> None:
    """Prints the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=2.0, help="size of the large corpus")
    parser.add_argument("--folder", type=Path, help="where the corpora are written for the while")
    args = parser.parse_args()
    inks = _drawn()
    times = round(args.gigabytes * 1e9 / (8 * len(inks.points) + 8 * len(inks.lengths)))
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        figures = {}
        for name, count in (("small", SMALL), ("large", times)):
            path = Path(folder) / f"{name}.h5"
            write_packed(path, _repeated(inks, count), facts=FACTS)
            figures[name] = _figures(path)
            path.unlink()
    json.dump(figures, sys.stdout, indent=1)
    print()


def _drawn() -> Packed:
    generator = np.random.default_rng(1)
    synthesizer = Synthesizer(characters("joyo"), load_references("ja"))
    labels = generator.integers(len(synthesizer.characters), size=DRAWN)
    drawn = synthesizer.draw(labels, generator).inks(synthesizer.characters, generator)
    packed = pack(list(drawn))
    return Packed.plain(packed.points, packed.lengths, packed.sizes, packed.label)


def _repeated(inks: Packed, count: int) -> Iterator[Packed]:
    yield from islice(iter(lambda: inks, None), count)


def _figures(path: Path) -> dict[str, float]:
    before = _own_memory()
    start = time.process_time()
    corpus = Corpus(path)
    opening = time.process_time() - start
    held = _own_memory() - before
    seconds = [_read(corpus, repeat) for repeat in range(REPEATS)]
    return {
        "inks": len(corpus),
        "gigabytes": round(os.path.getsize(path) / 1e9, 2),
        "inks_a_cpu_second": round(BATCH * BATCHES / min(seconds)),
        "cpu_seconds_to_open_and_check": round(opening, 2),
        "own_memory_mb": round(held / 1e6, 1),
    }


def _read(corpus: Corpus, seed: int) -> float:
    """CPU seconds to read BATCHES batches of inks at random places."""
    rows = np.random.default_rng(seed).integers(len(corpus), size=(BATCHES, BATCH))
    start = time.process_time()
    for batch in rows:
        corpus.gathered(batch)
    return time.process_time() - start


def _own_memory() -> int:
    """Bytes of this process alone: what the system has cached of files is not among them."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
