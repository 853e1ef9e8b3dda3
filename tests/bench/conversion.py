"""Memory and speed of building a corpus: `python -m tests.bench.conversion [--writers 40 160]`.

Makes archives of CASIA's kind, builds corpora from them by the command with its default processes,
and prints the most memory that they had together (resident, what is shared counted once a process)
and the records a second of the clock.
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

from data.characters import characters
from data.corpora.corpus import Corpus
from data.formats import casia
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer

RECORDS = 4000  # of a writer; CASIA's have about as many


def main() -> None:
    """Prints a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, nargs="*", default=[40, 160])
    args = parser.parse_args()
    generator = np.random.default_rng(1)
    hanzi = [c for c in characters("joyo") if len(c.encode("gb18030")) == 2]
    synthesizer = Synthesizer(hanzi, load_references("ja"))
    labels = generator.integers(len(hanzi), size=RECORDS)
    inks = list(synthesizer.draw(labels, generator).inks(hanzi, generator))
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "1.pot"
        casia.write_pot(one, inks)
        for count in args.writers:
            archive, output = Path(folder) / "Pot1.0Train.zip", Path(folder) / "ink.h5"
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
                for writer in range(count):
                    file.write(one, f"{writer + 1:03}.pot")
            begun = time.perf_counter()
            peak = _peak(["data", "build", "corpus", str(archive), "-o", str(output)])
            spent = time.perf_counter() - begun
            assert len(Corpus(output, budget=0)) == count * RECORDS
            print(
                f"{archive.stat().st_size / 1e6:.0f} MB, {count * RECORDS} inks: {peak:.0f} MB at"
                f" most, {count * RECORDS / spent:.0f} inks a second"
            )


def _peak(arguments: list[str]) -> float:
    program = "import sys; from service.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, *arguments]
    most = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            most = max(most, sum(map(_resident, _family(run.pid))))
            time.sleep(0.02)
    assert run.returncode == 0
    return most / 1024


def _family(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return [pid]
    return [pid, *(member for child in text.split() for member in _family(int(child)))]


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


if __name__ == "__main__":
    main()
