"""What a command does at its end: it writes the picture and the report, and gives its status."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from style.runs.progress import Result


STOPPED = 130  # exit status after Ctrl-C, the shells' convention


def finish(result: Result, args: argparse.Namespace) -> int:
    """Writes the picture to `--output` and the report to `--report`. Returns the exit status."""
    from style.pictures.files import save_picture

    save_picture(result.image, args.output)
    return finish_report(result, args)


def finish_report(result: Result, args: argparse.Namespace) -> int:
    """Ends the line of progress and writes the report. Returns the exit status."""
    print(file=sys.stderr)
    write_report(result.report, args.report)
    return exit_status(result)


def write_report(report: dict[str, Any], path: Path | None) -> None:
    """Writes a report as JSON, whole or not at all. Does nothing without a path."""
    from data.cache import replacing

    if path:
        with replacing(path) as partial:
            partial.write_text(json.dumps(report, indent=2) + "\n")


def exit_status(result: Result) -> int:
    """STOPPED, with a line on stderr, for a run that Ctrl-C stopped; else 0."""
    if not result.report.get("stopped"):
        return 0
    print("stopped; the picture so far is kept", file=sys.stderr)
    return STOPPED
