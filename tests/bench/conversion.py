"""Memory and speed of building a corpus: `python -m tests.bench.conversion [--writers 40 160]`.

Makes archives like CASIA's and builds corpora from them by the command, with its default number of
processes. Prints the peak memory of all processes together (resident; shared memory counts once for
each process) and the inks for each second of wall time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from data.corpora.corpus import Corpus
from data.formats import casia
from tests.bench.synthetic_inks import casia_inks

RECORDS = 4000  # of each writer; CASIA's have about as many


def main() -> None:
    """Prints a line for each number of writers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--writers",
        type=int,
        nargs="*",
        default=[40, 160],
        help="writers in each archive (default: %(default)s)",
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "1.pot"
        casia.write_pot(pot, casia_inks(RECORDS, np.random.default_rng(1)))
        for count in args.writers:
            print(_build(Path(folder), pot, count))


def _build(folder: Path, pot: Path, writers: int) -> str:
    """Builds a corpus from an archive of `writers` copies of one file, and returns a line on it."""
    archive, output = folder / "Pot1.0Train.zip", folder / "ink.h5"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for writer in range(writers):
            file.write(pot, f"{writer + 1:03}.pot")
    start = time.perf_counter()
    peak = _peak_mb(["data", "build", "corpus", str(archive), "-o", str(output)])
    seconds = time.perf_counter() - start
    inks = writers * RECORDS
    assert len(Corpus(output)) == inks
    return (
        f"{archive.stat().st_size / 1e6:.0f} MB, {inks} inks: {peak:.0f} MB at most,"
        f" {inks / seconds:.0f} inks a second"
    )


def _peak_mb(arguments: list[str]) -> float:
    """Runs `hitsujun` and returns the peak resident memory of its processes together."""
    program = "import sys; from service.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, *arguments]
    peak_kb = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            peak_kb = max(peak_kb, sum(map(_resident_kb, _descendants(run.pid))))
            time.sleep(0.02)
    assert run.returncode == 0
    return peak_kb / 1024


def _descendants(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return [pid]
    return [pid, *(member for child in text.split() for member in _descendants(int(child)))]


def _resident_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


if __name__ == "__main__":
    main()
