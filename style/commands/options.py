"""What `hitsujun stylize` and `hitsujun dream` have in common: options, progress, results."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from style.config import StylizeConfig
from style.dream_config import DreamConfig

if TYPE_CHECKING:
    from style.progress import Progress, Result

WIDTH = 78  # of a line of progress
STOPPED = 130  # exit status after Ctrl-C, as a shell has it


def add_settings(
    parser: argparse.ArgumentParser,
    config: type[StylizeConfig] | type[DreamConfig],
    *,
    output: str,
) -> None:
    """The output, a report, and an option for each setting of a configuration.

    `output`: what the output may be besides a picture.
    """
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help=f"where to: .png, .jpg, .webp or .tiff; {output}",
    )
    for one in fields(config):
        default = one.metadata["unset"] if one.default == "" else one.default
        parser.add_argument(
            f"--{one.name.strip('_').replace('_', '-')}",
            dest=one.name,
            type=type(one.default),
            default=argparse.SUPPRESS,
            metavar="NAME" if isinstance(one.default, str) else "N",
            help=f"{one.metadata['help']} (default: {default})",
        )
    parser.add_argument("--report", type=Path, metavar="R.json", help="write what it took as JSON")


def given(args: argparse.Namespace, config: type[Any]) -> dict[str, Any]:
    """The settings of a configuration that stand on the command line."""
    return {one.name: getattr(args, one.name) for one in fields(config) if hasattr(args, one.name)}


def written(result: Result, args: argparse.Namespace) -> int:
    """Writes the picture and the report."""
    from style.pictures import save_picture

    save_picture(result.image, args.output)
    return reported(result, args)


def reported(result: Result, args: argparse.Namespace) -> int:
    """Writes the report; the exit status, which a Ctrl-C makes that of one."""
    print(file=sys.stderr)
    write_report(result.report, args.report)
    return stopped(result)


def write_report(report: dict[str, Any], path: Path | None) -> None:
    """Writes it as JSON, whole or not at all; nothing where no path is given."""
    from data.cache import replacing

    if path:
        with replacing(path) as partial:
            partial.write_text(json.dumps(report, indent=2) + "\n")


def stopped(result: Result) -> int:
    """The exit status: STOPPED, which is told, after a Ctrl-C, else 0."""
    if not result.report.get("stopped"):
        return 0
    print("stopped; what there was so far is kept", file=sys.stderr)
    return STOPPED


class Ticker:
    """Tells how far a run is, what it has reached and how long it will take, on stderr."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: tuple[float, float] | None = None  # when, and how much was done then

    def __call__(self, progress: Progress) -> None:
        self._begun = self._begun or (self._clock(), progress.done)
        told = (
            f"{progress.done:4.0%}  {progress.size} px, step {progress.step}/{progress.steps},"
            f" {progress.measure} {progress.losses['total']:.4f}"
            f"{self._left(progress.done, *self._begun)}"
        )
        print(f"\r{told:<{WIDTH}}", end="", file=sys.stderr, flush=True)

    def _left(self, done: float, since: float, before: float) -> str:
        """As long as the rest takes at the pace so far, which the first step begins."""
        if done <= before:
            return ""
        seconds = round((self._clock() - since) * (1 - done) / (done - before))
        minutes, rest = divmod(seconds, 60)
        return f", {minutes} min {rest:02} s left" if minutes else f", {rest} s left"
