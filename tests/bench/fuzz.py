"""Mutated files for every binary reader: `python -m tests.bench.fuzz [--count 1000000] [--seed 1]`.

Small valid files are made by our own writers, then bits are flipped, bytes cut, doubled, spliced,
and numbers set to their extremes. A reader may give what it found or raise a DataError; any other
exception, a crash of the process, a read of over SECONDS, or memory that grows is a failure. Two
processes work; each tells by its seed what a failing input was.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import json
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data.corpora.corpus import Corpus, write_corpus
from data.errors import DataError
from data.formats import casia
from data.ink import Ink
from data.pictures.glyphs import Glyphs, write_glyphs
from data.pictures.photos import PhotoFile, PhotoFolder, write_photos
from data.references.reference import Reference, ReferenceStroke
from data.references.store import ReferenceTable, write_references

SECONDS = 10.0
GROWTH_MB = 150  # that a process may grow by after its first tenth
FACTS = {"source": "x", "licence": "y", "sha256": "z", "name": "ja"}
# Shares of the inputs: a file of HDF5 takes a hundred times as long as a record of CASIA.
SHARES = {
    "pot": 34,
    "gnt": 24,
    "ptts": 12,
    "wptt": 10,
    "mpf": 10,
    "zip": 4,
    "corpus": 3,
    "glyphs": 1,
    "photos": 1,
    "references": 1,
}
EXTREMES = [b"\0", b"\xff", b"\x7f\xff", b"\xff\x7f", b"\0\0\0\x80", b"\xff\xff\xff\x7f"]

Read = Callable[[bytes, Path], object]


def main() -> int:
    """Prints how many inputs of each format were accepted and refused; 1 where any failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", choices=SHARES, default=list(SHARES))
    args = parser.parse_args()
    begun = time.perf_counter()
    share = args.count // args.workers
    with ProcessPoolExecutor(args.workers, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(fuzz, share, args.seed + 1000 * n, args.only) for n in range(args.workers)
        ]
        found = [job.result() for job in jobs]
    totals: Counter[str] = Counter()
    for counts, _, _ in found:
        totals.update(counts)
    failures = [failure for _, some, _ in found for failure in some]
    growth = max(grown for _, _, grown in found)
    json.dump(
        {
            "inputs": sum(totals.values()),
            **dict(sorted(totals.items())),
            "failures": len(failures),
            "grown_mb": round(growth),
            "minutes": round((time.perf_counter() - begun) / 60, 1),
        },
        sys.stdout,
        indent=1,
    )
    print()
    print(*failures[:5], sep="\n", file=sys.stderr)
    return int(bool(failures) or growth > GROWTH_MB)


def fuzz(count: int, seed: int, names: Sequence[str]) -> tuple[Counter[str], list[str], float]:
    """Reads `count` mutated inputs: what came of them, the failures, megabytes grown."""
    generator = np.random.default_rng(seed)
    counts: Counter[str] = Counter()
    failures: list[str] = []
    latest = Path(tempfile.gettempdir()) / f"hitsujun-fuzz-{seed}"
    signal.signal(signal.SIGALRM, _late)
    shares = np.array([SHARES[name] for name in names])
    chances = shares / shares.sum()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as tmp:
        path = Path(tmp)
        seeds = _seeds(path)
        after = 0.0
        for number in range(count):
            name = names[generator.choice(len(names), p=chances)]
            data = mutated(seeds[name], generator)
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            # A library that hangs hears no signal: then the process ends, and says where it was.
            faulthandler.dump_traceback_later(3 * SECONDS, exit=True)
            latest.write_text(f"{name}, seed {seed}, input {number}")
            try:
                READERS[name](data, path)
                counts[f"{name} accepted"] += 1
            except DataError:
                counts[f"{name} refused"] += 1
            except BaseException:
                counts[f"{name} failed"] += 1
                failures.append(f"{name}, seed {seed}, input {number}: {traceback.format_exc()}")
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                faulthandler.cancel_dump_traceback_later()
            if number == count // 10:
                after = _megabytes()
    return counts, failures, _megabytes() - after


def mutated(data: bytes, generator: np.random.Generator) -> bytes:
    """The data with one to four things wrong."""
    found = bytearray(data)
    for _ in range(generator.integers(1, 5)):
        at = int(generator.integers(len(found) + 1)) if found else 0
        size = int(generator.integers(1, 9))
        match int(generator.integers(6)):
            case 0 if found:
                found[at % len(found)] ^= 1 << int(generator.integers(8))
            case 1:
                del found[at:]
            case 2:
                del found[at : at + size]
            case 3:
                found[at:at] = generator.bytes(size)
            case 4:
                extreme = EXTREMES[generator.integers(len(EXTREMES))]
                found[at : at + len(extreme)] = extreme
            case _:
                other = int(generator.integers(len(data)))
                found[at:at] = data[other : other + 8 * size]
    return bytes(found)


def _pot(data: bytes, _: Path) -> object:
    damages: list[casia.Damage] = []
    report = damages.append if len(data) % 2 else None
    return list(casia.read_pot(io.BytesIO(data), "x.pot", report=report))


def _gnt(data: bytes, _: Path) -> object:
    damages: list[casia.Damage] = []
    report = damages.append if len(data) % 2 else None
    return list(casia.read_gnt(io.BytesIO(data), "x.gnt", report=report))


def _zip(data: bytes, folder: Path) -> object:
    path = folder / "x.zip"
    path.write_bytes(data)
    found = []
    for source in casia.sources(path, (".pot",)):
        with source.open() as file:
            found += list(casia.read_pot(file, source.name))
    return found


def _filed(read: Callable[[Path], object]) -> Read:
    def reader(data: bytes, folder: Path) -> object:
        path = folder / "x.h5"
        path.write_bytes(data)
        return read(path)

    return reader


def _photos(path: Path) -> object:
    photos = PhotoFile(path)
    return [photos.open(n, least_px=8).size for n in range(len(photos.labels))]


READERS: dict[str, Read] = {
    "pot": _pot,
    "gnt": _gnt,
    "ptts": lambda data, _: list(casia.read_ptts(data, "x.ptts").inks()),
    "wptt": lambda data, _: casia.read_wptt(data, "x.wptt"),
    "mpf": lambda data, _: casia.read_mpf(data, "x.mpf"),
    "zip": _zip,
    "corpus": _filed(lambda path: list(Corpus(path))),
    "glyphs": _filed(lambda path: list(Glyphs(path))),
    "photos": _filed(_photos),
    "references": _filed(lambda path: list(ReferenceTable(path).values())),
}


def _seeds(folder: Path) -> dict[str, bytes]:
    """A small valid file of each format."""
    wires = [
        {"strokes": [[[5, 6], [7, 8], [9, 9]], [[9, 9]]], "char": "啊"},
        {"strokes": [[[1, 2], [3, 4]], [[5, 6]], [[7, 8]]], "char": "!"},
        {"strokes": [[[-4, 100], [1, 1]]], "char": "一"},
    ]
    inks = [Ink.from_wire(wire) for wire in wires]
    glyphs = [casia.Glyph(np.arange(12, dtype=np.uint8).reshape(3, 4), char) for char in "啊一二"]
    casia.write_pot(folder / "1.pot", inks)
    casia.write_gnt(folder / "1.gnt", glyphs)
    pot = (folder / "1.pot").read_bytes()
    with zipfile.ZipFile(folder / "s.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("1.pot", pot)
        file.writestr("2.pot", pot)
    write_corpus(folder / "corpus.h5", inks, facts=FACTS)
    write_glyphs(folder / "glyphs.h5", glyphs, facts=FACTS, size_px=12)
    (folder / "photos").mkdir()
    Image.new("RGB", (9, 9), (200, 10, 10)).save(folder / "photos" / "a.png")
    write_photos(folder / "photos.h5", PhotoFolder(folder / "photos"), size_px=8, facts=FACTS)
    line = ReferenceStroke(np.array([[0, 0], [1, 1]], np.float32))
    write_references(
        folder / "references.h5",
        [Reference("一", (line,)), Reference("二", (line, line))],
        facts=FACTS,
    )
    strokes = b"".join(struct.pack("<H4H", 2, n, n, n + 1, n + 2) for n in (10, 20, 30))
    page = struct.pack("<iii", 0, 7, 3) + strokes + struct.pack("<H", 1)
    numbers = struct.pack("<H3H", 3, 0, 1, 2)
    tag = "十".encode("gbk")
    return {
        "pot": pot,
        "gnt": (folder / "1.gnt").read_bytes(),
        "zip": (folder / "s.zip").read_bytes(),
        "ptts": _head(b"PTTS", 54) + page + numbers + b"\2\0" + 2 * (tag + numbers),
        "wptt": _head(b"WPTT", 54) + page + numbers + b"\2\0" + tag + tag,
        "mpf": _head(b"MPF", 62) + struct.pack("<ii", 2, 3) + 2 * (tag + b"abc"),
        **{
            name: (folder / f"{name}.h5").read_bytes()
            for name in ("corpus", "glyphs", "photos", "references")
        },
    }


def _head(magic: bytes, least: int) -> bytes:
    texts = b"GB2312".ljust(20, b"\0") + struct.pack("<h", 2) + b"unsigned char".ljust(20, b"\0")
    return struct.pack("<i", least + 6) + magic.ljust(8, b"\0") + b"a note" + texts


def _late(*_: Any) -> None:
    raise TimeoutError(f"over {SECONDS} s")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
