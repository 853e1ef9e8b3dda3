"""How fast CASIA's files are read: `python -m tests.bench.casia`, CPU seconds of one process.

The files are made here by our own writers, of the size that the published ones have.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from data.characters import characters
from data.formats import casia
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer

RECORDS = 20_000


def main() -> None:
    """Prints records and megabytes a second for .pot and .gnt."""
    generator = np.random.default_rng(1)
    hanzi = [c for c in characters("joyo") if len(c.encode("gb18030")) == 2]
    synthesizer = Synthesizer(hanzi, load_references("ja"))
    labels = generator.integers(len(hanzi), size=RECORDS // 10)
    inks = list(synthesizer.draw(labels, generator).inks(hanzi, generator))
    glyphs = [
        casia.Glyph(generator.integers(0, 255, (h, 76), np.uint8), "一")
        for h in generator.integers(50, 100, RECORDS // 10)
    ]
    with tempfile.TemporaryDirectory() as folder:
        pot, gnt = Path(folder) / "1.pot", Path(folder) / "1.gnt"
        casia.write_pot(pot, inks)
        casia.write_gnt(gnt, glyphs)
        data = {"pot": pot.read_bytes() * 10, "gnt": gnt.read_bytes() * 10}
    readers: dict[str, Callable[[bytes], int]] = {
        "pot": lambda d: sum(len(p) for p in casia.read_pot(io.BytesIO(d), "1.pot")),
        "gnt": lambda d: sum(1 for _ in casia.read_gnt(io.BytesIO(d), "1.gnt")),
    }
    rates = {}
    for name, read in readers.items():
        begun = time.process_time()
        count = read(data[name])
        spent = time.process_time() - begun
        rates[name] = {
            "records": count,
            "records_a_second": round(count / spent),
            "megabytes_a_second": round(len(data[name]) / spent / 1e6),
        }
    json.dump(rates, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
