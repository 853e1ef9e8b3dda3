"""`hitsujun bench`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from data.arguments import new_file
from data.suggestions import did_you_mean
from service.errors import BenchError

if TYPE_CHECKING:
    from service.bench.row import Row

# A file of this folder for each; its `rows` yields what it measures.
AREAS = ("recognition", "grading", "style", "training", "data", "service", "start-up")


def add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "bench",
        help="measure speed and accuracy of each part on this machine",
        description="Measures each area, on synthetic drawings and pictures of noise. JSON on"
        " stdout, a table on stderr. A ratio compares with a reference in the same run. Accuracy on"
        " real handwriting is measured in the repository, by make bench.",
    )
    parser.add_argument(
        "areas",
        nargs="*",
        metavar="AREA",
        help=f"what to measure: {', '.join(AREAS)} (default: all)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer rounds, a minute in all; for CI"
    )
    parser.add_argument(
        "--json",
        type=new_file(),
        metavar="FILE",
        help="also write the figures, with machine, versions and date, into a file of runs; one of"
        " the same command is replaced",
    )
    parser.add_argument(
        "--plot", type=new_file(".png", ".svg"), metavar="FILE", help="draw a picture, .png or .svg"
    )
    parser.set_defaults(run=_bench)


def _bench(args: argparse.Namespace) -> int:
    from service.bench.results import Run, add_run, read_runs

    areas = _chosen(args.areas)
    if args.plot:
        _check_plot(args.plot)
    if args.json and args.json.exists():
        read_runs(args.json)  # before minutes are spent
    rows = []
    for row in _rows(areas, quick=args.quick):
        print(line(row), file=sys.stderr, flush=True)
        rows.append(row)
    if args.json:
        words = ["hitsujun bench", *args.areas, *(["--quick"] if args.quick else [])]
        add_run(args.json, Run(" ".join(words), tuple(rows)))
    if args.plot:
        from service.bench.plot import plot

        plot(rows, args.plot)
    print(json.dumps([row.to_dict() for row in rows], indent=1))
    return 0


def line(row: Row) -> str:
    """A line of the table."""
    verdict = {None: "", True: f"  {row.bar}: met", False: f"  {row.bar}: MISSED"}[row.is_met]
    compared = f"  of {row.compared_with}" if row.compared_with else ""
    return f"{row.area:12} {row.name:52} {row.value:10g} {row.unit}{compared}{verdict}"


def _chosen(areas: Sequence[str]) -> Sequence[str]:
    if unknown := [area for area in areas if area not in AREAS]:
        raise BenchError(
            f"unknown area {unknown[0]!r}; allowed: {', '.join(AREAS)}"
            f"{did_you_mean(unknown[0], AREAS)}"
        )
    return areas or AREAS


def _check_plot(path: Path) -> None:
    from kanji.practice.plot import check_plot

    check_plot(path)


def _rows(areas: Sequence[str], *, quick: bool) -> Iterator[Row]:
    for area in areas:
        module = import_module(f"service.bench.{area.replace('-', '_')}")
        yield from module.rows(quick=quick)
