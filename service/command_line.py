"""The command line of `hitsujun`, made of the commands of each package."""

from __future__ import annotations

import argparse
from importlib import import_module
from importlib.util import find_spec

from data.argument_parser import ArgumentParser
from data.exit_status import PACKAGES


def command_parser() -> argparse.ArgumentParser:
    """The parser of all commands; each sets `run`, which takes its arguments."""
    parser = ArgumentParser(
        prog="hitsujun",
        description="Practise kanji by hand: read and grade drawn strokes, and paint pictures.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for package in PACKAGES:
        if find_spec(f"{package}.commands"):
            import_module(f"{package}.commands").add_commands(commands)
    return parser


class _Version(argparse.Action):
    """Finds the version only when it is asked for: that takes longer than argparse's own."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from service.version import installed_version

        print(f"hitsujun {installed_version()}")
        parser.exit()
