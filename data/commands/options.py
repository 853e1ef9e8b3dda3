"""Options that several commands of `hitsujun data` have in common."""

from __future__ import annotations

import argparse
from typing import TypeAlias

from data.arguments import new_file

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_output(
    parser: argparse.ArgumentParser, *suffixes: str, help_text: str = "the file to write"
) -> None:
    """Adds `-o`, which must be given; `suffixes`: those that it may have."""
    parser.add_argument("-o", "--output", type=new_file(*suffixes), required=True, help=help_text)


def add_split(parser: argparse.ArgumentParser, *, default: str) -> None:
    """Adds `--split`; `default` says what holds without it."""
    parser.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        help=f"the split of everything in the file (default: {default})",
    )


def add_skip_damaged(parser: argparse.ArgumentParser, what: str) -> None:
    """Adds `--skip-damaged`; `what` it leaves out, in the plural."""
    parser.add_argument(
        "--skip-damaged",
        action="store_true",
        help=f"leave out {what}, and report how many and why",
    )
