"""How fast CASIA's files are read: `python -m tests.bench.casia`, CPU seconds of one process.

The files are written here by our own writers, with records as large as the published ones.
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

from data.formats import casia
from tests.bench.synthetic_inks import casia_inks

RECORDS = 20_000


def main() -> None:
    """Prints records and megabytes a second for .pot and .gnt."""
    data = _data()
    readers: dict[str, Callable[[bytes], int]] = {
        "pot": lambda d: sum(len(p) for p in casia.read_pot(io.BytesIO(d), "1.pot")),
        "gnt": lambda d: sum(1 for _ in casia.read_gnt(io.BytesIO(d), "1.gnt")),
    }
    rates = {}
    for name, read in readers.items():
        start = time.process_time()
        count = read(data[name])
        seconds = time.process_time() - start
        rates[name] = {
            "records": count,
            "records_a_second": round(count / seconds),
            "megabytes_a_second": round(len(data[name]) / seconds / 1e6),
        }
    json.dump(rates, sys.stdout, indent=1)
    print()


def _data() -> dict[str, bytes]:
    """The bytes of a file of each format: RECORDS / 10 records, ten times over."""
    generator = np.random.default_rng(1)
    inks = casia_inks(RECORDS // 10, generator)
    glyphs = [
        casia.Glyph(generator.integers(0, 255, (h, 76), np.uint8), "一")
        for h in generator.integers(50, 100, RECORDS // 10)
    ]
    with tempfile.TemporaryDirectory() as folder:
        pot, gnt = Path(folder) / "1.pot", Path(folder) / "1.gnt"
        casia.write_pot(pot, inks)
        casia.write_gnt(gnt, glyphs)
        return {"pot": pot.read_bytes() * 10, "gnt": gnt.read_bytes() * 10}


if __name__ == "__main__":
    main()
