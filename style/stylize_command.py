"""`hitsujun stylize`."""

from __future__ import annotations

import argparse
from pathlib import Path

from style.command_line import add_settings, given, show, written
from style.config import StylizeConfig
from style.masks import MASK_COLORS, Masks
from style.preset import preset, preset_names


def add_stylize(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("stylize", help="paint a picture in the style of others")
    parser.add_argument("content", type=Path, metavar="CONTENT", help="what to paint")
    parser.add_argument("styles", type=Path, nargs="+", metavar="STYLE", help="how to paint it")
    parser.add_argument(
        "--content-mask",
        type=_picture_or_color,
        default="white",
        metavar="MASK",
        help="a picture whose colours are regions: each is painted like what is of that colour in"
        " the style masks, and stays as it is where they lack it (default: %(default)s, all)",
    )
    parser.add_argument(
        "--style-mask",
        type=_picture_or_color,
        action="append",
        default=[],
        metavar="MASK",
        help="of the first style, of the second ...: a picture, or a colour for the whole of it"
        f" ({', '.join(MASK_COLORS)}; default: white)",
    )
    parser.add_argument(
        "--preset",
        metavar="NAME",
        help=f"settings to begin with: {', '.join(preset_names())}; options given win",
    )
    add_settings(parser, StylizeConfig)
    parser.set_defaults(run=_stylize)


def _stylize(args: argparse.Namespace) -> int:
    from style.pictures import check_output, open_picture

    start, settings = None, given(args, StylizeConfig)
    if "init" in settings and Path(settings["init"]).is_file():
        start = open_picture(Path(settings.pop("init")))
    config = preset(args.preset, **settings) if args.preset else StylizeConfig(**settings)
    check_output(args.output)
    content, styles = open_picture(args.content), [open_picture(path) for path in args.styles]

    from style.progress import kept
    from style.transfer import iterate

    return written(
        kept(iterate(content, styles, config, start=start, masks=_masks(args)), show), args
    )


def _picture_or_color(text: str) -> Path | str:
    return text if text in MASK_COLORS else Path(text)


def _masks(args: argparse.Namespace) -> Masks | None:
    """The masks that were given, opened."""
    from style.pictures import open_picture

    given = [args.content_mask, *args.style_mask]
    if given == ["white"]:
        return None
    content, *styles = [m if isinstance(m, str) else open_picture(m) for m in given]
    return Masks(content, tuple(styles))
