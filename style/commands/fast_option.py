"""The option `--fast` of `hitsujun stylize`."""

from __future__ import annotations

import argparse
from typing import Any

LIST = "list"


def add_fast(parser: argparse.ArgumentParser) -> None:
    """Adds the option `--fast`."""
    parser.add_argument(
        "--fast",
        action=_FastAction,
        metavar="STYLE",
        help="paint at once in a style that comes with hitsujun, instead of STYLE pictures: a name,"
        " or a blend such as wave=0.7,sumi=0.3; `list` prints the names and, with CONTENT and -o,"
        " draws a sheet; takes --size (16 to 4096), --colors and --strength, by default 1",
    )


class _FastAction(argparse.Action):
    """Stores the style, and lets go of the arguments that a painting without `--fast` needs.

    `nargs="*"` for the style pictures would not do: argparse would then find none after an option.
    """

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, *_: Any
    ) -> None:
        setattr(namespace, self.dest, values)
        for action in parser._actions:
            if action.dest in ("content", "styles", "output"):
                action.required = False
