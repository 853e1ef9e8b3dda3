"""`--json FILE` of a bench: its figures as rows, in the same file as those of `hitsujun bench`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from service.bench.results import Run, add_run
from service.bench.row import Row

REPOSITORY = Path(__file__).parents[2]
PLACES = ("--json", "--folder")  # options that say where files are on this machine


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds the option."""
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="also write the figures into a file of runs"
    )


def write_figures(path: Path | None, rows: Sequence[Row]) -> None:
    """Writes the rows of this command where `--json` names a file."""
    if path is not None:
        add_run(path, Run(command_line(sys.argv), tuple(rows)))


def command_line(arguments: Sequence[str]) -> str:
    """The command as one types it in the repository, without the options in PLACES."""
    words = list(arguments[1:])
    for option in PLACES:
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
    script = Path(arguments[0]).resolve().relative_to(REPOSITORY).with_suffix("")
    module = ".".join(part for part in script.parts if part != "__main__")
    return " ".join(["python -m", module, *words])
