"""`hitsujun compare`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from style.backbones.registry import BACKBONES


def add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "compare",
        help="one job on all backbones: a table and a contact sheet",
        description="Stylizes one picture with every backbone whose weights can be had, in equal"
        " steps and in equal time, and measures style and content by another network. Prints the"
        " table, which it also writes into DIR beside the pictures and a contact sheet.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("content", type=Path, metavar="CONTENT", help="what to paint")
    parser.add_argument("style", type=Path, metavar="STYLE", help="how to paint it")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="folder of what it makes"
    )
    parser.add_argument("--size", type=int, default=256, help="longest side in pixels")
    parser.add_argument("--steps", type=int, default=50, help="steps at each size of the pyramid")
    parser.add_argument("--seed", type=int, default=0, help="same seed, same pictures on a CPU")
    parser.add_argument(
        "--backbone",
        action="append",
        default=[],
        choices=tuple(BACKBONES),
        help="only this one; may be given again (default: all)",
    )
    parser.set_defaults(run=_compare)


def _compare(args: argparse.Namespace) -> int:
    from style.comparison.compare import compare
    from style.comparison.results import markdown_table

    found = compare(
        args.content,
        args.style,
        args.output,
        backbones=args.backbone,
        size=args.size,
        steps=args.steps,
        seed=args.seed,
        on_message=lambda text: print(text, file=sys.stderr),
    )
    print(markdown_table(found))
    return 0
