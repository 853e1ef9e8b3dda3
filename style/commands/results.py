"""What a command does at its end: it writes the picture and the report, and gives its status."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.one_line import one_line

if TYPE_CHECKING:
    from style.runs.progress import Result


ELSEWHERE = 2  # exit status where the picture is not in the file that was asked for
FAILED = 2  # exit status of a run that ended with an error
STOPPED = 130  # exit status after Ctrl-C, the shells' convention


def finish(result: Result, args: argparse.Namespace) -> int:
    """Writes the picture to `--output` and the report to `--report`. Returns the exit status."""
    status = save_result(result, args.output)
    warn_if_asleep(result)
    write_report(result.report, args.report)
    return exit_status(result) or status


def save_result(result: Result, path: Path) -> int:
    """Ends the line of progress, writes the picture and says where it is.

    Returns 0, or ELSEWHERE where `path` could not be written and another file has the picture.
    """
    from style.pictures.output import save_or_rescue

    print(file=sys.stderr)
    written = save_or_rescue(result.image, path)
    if written == path:
        print(f"wrote {one_line(str(path))}", file=sys.stderr)
        return 0
    print(
        f"hitsujun: {one_line(str(path))} could not be written; the picture is in {written}",
        file=sys.stderr,
    )
    return ELSEWHERE


def warn_if_asleep(result: Result) -> None:
    """Says on stderr that a dream shows nothing, as its objective has no gradient anywhere."""
    if not result.report.get("woken", True):
        print(
            f"hitsujun: warning: nothing in the picture wakes {result.report['objective']}, so it"
            " does not show it: choose another channel or another picture",
            file=sys.stderr,
        )


def write_report(report: dict[str, Any], path: Path | None) -> None:
    """Writes a report as JSON, whole or not at all. Does nothing without a path."""
    from data.cache import replacing

    if path:
        with replacing(path) as partial:
            partial.write_text(json.dumps(report, indent=2) + "\n")


def exit_status(result: Result) -> int:
    """With a line on stderr, STOPPED for a run that Ctrl-C stopped, FAILED for one with an error.

    0 for any other.
    """
    if error := result.report.get("error"):
        print(f"hitsujun: {one_line(str(error))}; the picture so far is kept", file=sys.stderr)
        return FAILED
    if not result.report.get("stopped"):
        return 0
    print("stopped; the picture so far is kept", file=sys.stderr)
    return STOPPED
