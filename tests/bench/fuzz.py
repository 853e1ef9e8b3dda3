"""Mutated files for every binary reader: `python -m tests.bench.fuzz [--count 1000000] [--seed 1]`.

Small valid files are written by our own writers. Then bits are flipped, bytes are cut, inserted or
copied, and numbers are set to extremes. A reader may return a result or raise a DataError. A
failure is any other exception, a crash of the process, a read of more than SECONDS, or memory that
grows. Two processes run; a failing input is identified by the seed of its process and its number.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data.corpora.corpus import Corpus
from data.corpora.writer import write_corpus
from data.errors import DataError
from data.formats import casia
from data.ink import Ink
from data.pictures.glyphs import Glyphs, write_glyphs
from data.pictures.photos import PhotoFile, PhotoFolder, write_photos
from data.processes import worker_processes
from data.references.reference import Reference, ReferenceStroke
from data.references.store import ReferenceTable, write_references
from tests.data.formats.casia.samples import head, numbers, page

SECONDS = 10.0
GROWTH_MB = 150  # by which a process may grow after the first tenth of its inputs
FACTS = {"source": "x", "licence": "y", "sha256": "z", "name": "ja"}
# Weights of the formats: an HDF5 file takes a hundred times as long as a record of CASIA.
WEIGHTS = {
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
    args = _arguments()
    start = time.perf_counter()
    count = args.count // args.workers
    with worker_processes(args.workers) as pool:
        jobs = [
            pool.submit(fuzz, count, args.seed + 1000 * n, args.only) for n in range(args.workers)
        ]
        reports = [job.result() for job in jobs]
    counts = sum((report.counts for report in reports), Counter[str]())
    failures = [failure for report in reports for failure in report.failures]
    growth = max(report.growth_mb for report in reports)
    json.dump(
        {
            "inputs": sum(counts.values()),
            **dict(sorted(counts.items())),
            "failures": len(failures),
            "grown_mb": round(growth),
            "minutes": round((time.perf_counter() - start) / 60, 1),
        },
        sys.stdout,
        indent=1,
    )
    print()
    print(*failures[:5], sep="\n", file=sys.stderr)
    return int(bool(failures) or growth > GROWTH_MB)


@dataclass
class Report:
    """Of one process: inputs by format and outcome, its failures, the memory it grew by."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    growth_mb: float = 0.0


def fuzz(count: int, seed: int, names: Sequence[str]) -> Report:
    """Reads `count` mutated inputs of the formats `names`."""
    generator = np.random.default_rng(seed)
    report = Report()
    latest = Path(tempfile.gettempdir()) / f"hitsujun-fuzz-{seed}"
    signal.signal(signal.SIGALRM, _raise_timeout)
    weights = np.array([WEIGHTS[name] for name in names])
    probabilities = weights / weights.sum()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as tmp:
        folder = Path(tmp)
        valid = _valid_files(folder)
        warm_mb = 0.0
        for number in range(count):
            name = names[generator.choice(len(names), p=probabilities)]
            identity = f"{name}, seed {seed}, input {number}"
            latest.write_text(identity)
            outcome = _outcome(name, mutated(valid[name], generator), folder)
            report.counts[f"{name} {outcome.partition(':')[0]}"] += 1
            if outcome.startswith("failed"):
                report.failures.append(f"{identity}, {outcome}")
            if number == count // 10:
                warm_mb = _peak_mb()
    report.growth_mb = _peak_mb() - warm_mb
    return report


def mutated(data: bytes, generator: np.random.Generator) -> bytes:
    """The data with one to four mutations."""
    changed = bytearray(data)
    for _ in range(generator.integers(1, 5)):
        at = int(generator.integers(len(changed) + 1)) if changed else 0
        size = int(generator.integers(1, 9))
        match int(generator.integers(6)):
            case 0 if changed:
                changed[at % len(changed)] ^= 1 << int(generator.integers(8))
            case 1:
                del changed[at:]
            case 2:
                del changed[at : at + size]
            case 3:
                changed[at:at] = generator.bytes(size)
            case 4:
                extreme = EXTREMES[generator.integers(len(EXTREMES))]
                changed[at : at + len(extreme)] = extreme
            case _:
                other = int(generator.integers(len(data)))
                changed[at:at] = data[other : other + 8 * size]
    return bytes(changed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="inputs in all")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument(
        "--only", nargs="*", choices=WEIGHTS, default=list(WEIGHTS), help="the formats to mutate"
    )
    return parser.parse_args()


def _outcome(name: str, data: bytes, folder: Path) -> str:
    """Reads an input: "accepted", "refused", or "failed: " and the traceback."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    # A library that hangs does not see the signal. Then the process ends with a traceback.
    faulthandler.dump_traceback_later(3 * SECONDS, exit=True)
    try:
        READERS[name](data, folder)
    except DataError:
        return "refused"
    except BaseException:
        return f"failed: {traceback.format_exc()}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
    return "accepted"


def _read_pot(data: bytes, _: Path) -> object:
    return list(casia.read_pot(io.BytesIO(data), "x.pot", report=_report_for(data)))


def _read_gnt(data: bytes, _: Path) -> object:
    return list(casia.read_gnt(io.BytesIO(data), "x.gnt", report=_report_for(data)))


def _report_for(data: bytes) -> Callable[[casia.Damage], None] | None:
    """A report for inputs of odd length, so that half of them are read on after a damage."""
    damages: list[casia.Damage] = []
    return damages.append if len(data) % 2 else None


def _read_zip(data: bytes, folder: Path) -> object:
    path = folder / "x.zip"
    path.write_bytes(data)
    packs = []
    for source in casia.sources(path, (".pot",)):
        with source.open() as file:
            packs += list(casia.read_pot(file, source.name))
    return packs


def _from_file(read: Callable[[Path], object]) -> Read:
    """A reader of bytes, of one that takes a path."""

    def reader(data: bytes, folder: Path) -> object:
        path = folder / "x.h5"
        path.write_bytes(data)
        return read(path)

    return reader


def _read_photos(path: Path) -> object:
    photos = PhotoFile(path)
    return [photos.open(n, least_px=8).size for n in range(len(photos.labels))]


READERS: dict[str, Read] = {
    "pot": _read_pot,
    "gnt": _read_gnt,
    "ptts": lambda data, _: list(casia.read_ptts(data, "x.ptts").inks()),
    "wptt": lambda data, _: casia.read_wptt(data, "x.wptt"),
    "mpf": lambda data, _: casia.read_mpf(data, "x.mpf"),
    "zip": _read_zip,
    "corpus": _from_file(lambda path: list(Corpus(path))),
    "glyphs": _from_file(lambda path: list(Glyphs(path))),
    "photos": _from_file(_read_photos),
    "references": _from_file(lambda path: list(ReferenceTable(path).values())),
}


def _valid_files(folder: Path) -> dict[str, bytes]:
    """A small valid file of each format."""
    wires = [
        {"strokes": [[[5, 6], [7, 8], [9, 9]], [[9, 9]]], "char": "啊"},
        {"strokes": [[[1, 2], [3, 4]], [[5, 6]], [[7, 8]]], "char": "!"},
        {"strokes": [[[-4, 100], [1, 1]]], "char": "一"},
    ]
    inks = [Ink.from_wire(wire) for wire in wires]
    glyphs = [casia.Glyph(np.arange(12, dtype=np.uint8).reshape(3, 4), char) for char in "啊一二"]
    return _casia_files(folder, inks, glyphs) | _hdf5_files(folder, inks, glyphs)


def _casia_files(
    folder: Path, inks: Sequence[Ink], glyphs: Sequence[casia.Glyph]
) -> dict[str, bytes]:
    casia.write_pot(folder / "1.pot", inks)
    casia.write_gnt(folder / "1.gnt", glyphs)
    pot = (folder / "1.pot").read_bytes()
    with zipfile.ZipFile(folder / "s.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("1.pot", pot)
        file.writestr("2.pot", pot)
    line = struct.pack("<H", 1) + numbers(0, 1, 2)
    tag = "十".encode("gbk")
    return {
        "pot": pot,
        "gnt": (folder / "1.gnt").read_bytes(),
        "zip": (folder / "s.zip").read_bytes(),
        "ptts": page(b"PTTS", line + b"\2\0" + 2 * (tag + numbers(0, 1, 2))),
        "wptt": page(b"WPTT", line + b"\2\0" + tag + tag),
        "mpf": head(b"MPF") + struct.pack("<ii", 2, 3) + 2 * (tag + b"abc"),
    }


def _hdf5_files(
    folder: Path, inks: Sequence[Ink], glyphs: Sequence[casia.Glyph]
) -> dict[str, bytes]:
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
    names = ("corpus", "glyphs", "photos", "references")
    return {name: (folder / f"{name}.h5").read_bytes() for name in names}


def _raise_timeout(*_: Any) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
