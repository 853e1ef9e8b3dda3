"""`hitsujun stylize`: its options."""

from __future__ import annotations

import argparse
from pathlib import Path

from data.arguments import Checked, existing, new_file, parse_path, whole
from style.commands.fast_option import add_fast
from style.commands.options import add_setting_options, add_settings
from style.commands.style_source import style_source
from style.config.film import FilmConfig
from style.config.presets import preset_names
from style.config.stylize import StylizeConfig
from style.pictures.mask_colors import MASK_COLORS

EVERY = 10  # steps between two previews


def add_stylize(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("stylize", help="paint a picture in the style of others")
    parser.add_argument(
        "content",
        type=existing,
        metavar="CONTENT",
        help="picture to paint, a film, or a folder of pictures or of a film's frames",
    )
    parser.add_argument(
        "styles",
        type=style_source,
        nargs="+",
        metavar="STYLE",
        help="pictures whose style it takes, or drawn:pen, drawn:woodcut ... for what code draws",
    )
    add_fast(parser)
    parser.add_argument(
        "--preset",
        metavar="NAME",
        help=f"settings to begin with: {', '.join(preset_names())}; options take precedence",
    )
    add_settings(
        parser, StylizeConfig, output="a folder where CONTENT is one; .mp4, .gif or .webp of a film"
    )
    add_setting_options(parser, FilmConfig)
    _add_masks(parser)
    _add_previews(parser)
    _add_checkpoint(parser)
    parser.set_defaults(run=_run)


def _add_masks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--content-mask",
        type=_picture_or_color,
        default="white",
        metavar="MASK",
        help="picture whose colours are regions: each is painted in the style of the regions of"
        " that colour in the style masks, and stays as it is where there is none (default:"
        " %(default)s, one region)",
    )
    parser.add_argument(
        "--style-mask",
        type=_picture_or_color,
        action="append",
        default=[],
        metavar="MASK",
        help="mask of the first style, the second ...: a picture, or a colour for the whole style"
        f" ({', '.join(MASK_COLORS)}; default: white)",
    )


def _add_previews(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preview",
        type=new_file(),
        metavar="FILE",
        help="file to overwrite with the picture so far",
    )
    parser.add_argument(
        "--animation",
        type=Checked(parse_path, _check_frames),
        metavar="FILE",
        help="animation of the painting as it is painted: .mp4, .gif, .webp, or .png and other"
        " pictures for numbered ones (making-0001.png ...)",
    )
    parser.add_argument(
        "--every",
        type=whole(1, 10_000),
        default=EVERY,
        metavar="N",
        help="steps between previews and between frames of the animation (default: %(default)s)",
    )


def _check_frames(path: Path, _: str) -> None:
    from style.pictures.animation import check_frames

    check_frames(path)


def _add_checkpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint",
        type=new_file(),
        metavar="FILE",
        help="file to save the unfinished painting to, every minute and on Ctrl-C; removed when it"
        " is finished",
    )
    parser.add_argument(
        "--resume", action="store_true", help="resume from the checkpoint, to the same picture"
    )


def _run(args: argparse.Namespace) -> int:
    from style.commands.painting import paint

    return paint(args)


def _picture_or_color(text: str) -> Path | str:
    return text if text in MASK_COLORS else Path(text)
