"""What a command writes at its end: the picture, the report, the exit status."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from style.runs.progress import Result


STOPPED = 130  # exit status after Ctrl-C, as a shell has it


def written(result: Result, args: argparse.Namespace) -> int:
    """Writes the picture and the report."""
    from style.pictures.files import save_picture

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
