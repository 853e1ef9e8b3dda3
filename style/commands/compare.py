"""`hitsujun compare`."""

from __future__ import annotations

import argparse
import sys

from data.arguments import existing_file, new_folder
from style.backbones.registry import BACKBONES
from style.commands.options import add_setting
from style.commands.style_source import style_source
from style.config.stylize import StylizeConfig


def add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "compare",
        help="stylize one picture with all backbones: a table and a contact sheet",
        description="Stylizes one picture with every backbone whose weights are available, with"
        " equal steps and in equal time, and measures style and content with another network."
        " Prints a table, and writes it, the pictures and a contact sheet to DIR.",
    )
    parser.add_argument("content", type=existing_file, metavar="CONTENT", help="picture to paint")
    parser.add_argument(
        "style",
        type=style_source,
        metavar="STYLE",
        help="picture whose style it takes, or drawn:pen, drawn:woodcut ...",
    )
    parser.add_argument(
        "-o", "--output", type=new_folder, required=True, metavar="DIR", help="folder to write"
    )
    for name, default in (("size", 256), ("steps", 50), ("seed", 0)):
        add_setting(parser, StylizeConfig, name, default=default)
    parser.add_argument(
        "--backbone",
        action="append",
        default=[],
        choices=tuple(BACKBONES),
        help="use only this backbone; may be repeated (default: all)",
    )
    parser.set_defaults(run=_compare)


def _compare(args: argparse.Namespace) -> int:
    from data.overwriting import check_no_overwrite
    from style.comparison.compare import compare
    from style.comparison.results import markdown_table

    names = [f"{name}-{equal}.png" for name in BACKBONES for equal in ("steps", "time")]
    names += ["sheet.png", "table.json", "table.md"]
    check_no_overwrite(
        {"--output": [args.output / name for name in names]},
        {"CONTENT": args.content, "STYLE": args.style},
    )
    config = StylizeConfig(size=args.size, steps=args.steps, seed=args.seed)  # which checks them
    rows = compare(
        args.content,
        args.style,
        args.output,
        backbones=args.backbone,
        size=config.size,
        steps=config.steps,
        seed=config.seed,
        on_message=lambda text: print(text, file=sys.stderr),
    )
    print(markdown_table(rows))
    return 0
