"""`hitsujun wallpaper`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from data.arguments import Checked, existing_file, file_or_name, new_file, number, whole
from service.wallpapers.defaults import PAINTING_PX, STEPS
from service.wallpapers.sizes import LEAST_PX, MOST_PIXELS, MOST_PX, SIZES, parse_size
from style.backbones.registry import facts_of
from style.config.setting import settings_of
from style.config.stylize import StylizeConfig

if TYPE_CHECKING:
    from PIL import Image

    from service.wallpapers.compose import Composition, Drawing
    from service.wallpapers.design import Design
    from style import Progress

# What only --style reads, with the defaults.
PAINTING: dict[str, Any] = {
    "painting_px": PAINTING_PX,
    "steps": STEPS,
    "backbone": StylizeConfig.backbone,
    "strength": StylizeConfig.strength,
}


def add_wallpaper(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "wallpaper",
        help="draw a phone's wallpaper: kanji in brush strokes on a pattern or a photograph",
        description="Prints the least contrast of the ink to its ground, as JSON. Without --style"
        " nothing is painted, and the picture is there in a second.",
    )
    parser.add_argument("characters", metavar="KANJI", help="1 to 4 characters, from above")
    parser.add_argument(
        "-o",
        "--output",
        type=new_file(),
        required=True,
        metavar="OUT",
        help="PNG, JPEG, WebP or TIFF",
    )
    parser.add_argument(
        "--ink",
        type=existing_file,
        help="JSONL whose first ink is the first character, as you drew it",
    )
    parser.add_argument(
        "--seed", type=whole(0), default=0, help="of all chance (default: %(default)s)"
    )
    _add_look(parser)
    _add_painting(parser)
    parser.set_defaults(run=_wallpaper)


def _add_look(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--photo",
        type=existing_file,
        help="photograph as the ground (default: none, but a pattern)",
    )
    parser.add_argument(
        "--pattern",
        default="seigaiha",
        help="seigaiha, asanoha, shippo, kikko, washi, sumi or yama (default: %(default)s)",
    )
    parser.add_argument(
        "--palette",
        help="ai, sakura, matcha, sumi, kaki, fuji, kin, or photo (default: ai; on a photograph,"
        " photo: its own colours)",
    )
    parser.add_argument(
        "--theme", default="auto", help="light, dark or auto (default: %(default)s)"
    )
    parser.add_argument(
        "--size",
        type=Checked(str, parse_size),
        default="phone",
        help=f"WIDTHxHEIGHT, each side {LEAST_PX} to {MOST_PX} pixels and {MOST_PIXELS} in all at"
        f" most, or {', '.join(SIZES)} (default: %(default)s, 1080x2400)",
    )
    parser.add_argument(
        "--reading", action="store_true", help="write the reading beside a single kanji"
    )
    parser.add_argument("--no-seal", action="store_true", help="leave the red seal out")


def _add_painting(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("painting", "These need --style, and torch.")
    group.add_argument(
        "--style",
        type=file_or_name,
        help="paint it in the style of a picture, or of a pattern (default: no painting)",
    )
    group.add_argument(
        "--fast", metavar="STYLE", help="paint it at once in a fast style; needs neither"
    )
    group.add_argument(
        "--painting-px",
        type=_limited("size"),
        default=PAINTING["painting_px"],
        help="longest side that is painted, then enlarged (default: %(default)s)",
    )
    group.add_argument(
        "--steps",
        type=_limited("steps"),
        default=PAINTING["steps"],
        help="steps at each scale (default: %(default)s)",
    )
    group.add_argument(
        "--backbone",
        type=Checked(str, lambda name, _: facts_of(name)),
        default=PAINTING["backbone"],
        help="network that compares (default: %(default)s)",
    )
    group.add_argument(
        "--strength",
        type=_limited("strength"),
        default=PAINTING["strength"],
        help="how much of the ground the style takes, 0 to 1 (default: %(default)s)",
    )


def _limited(setting: str) -> Checked:
    """The numbers that a setting of the painter may be."""
    field, declared = settings_of(StylizeConfig)[setting]
    kind: Any = whole if isinstance(field.default, int) else number
    return cast(Checked, kind(declared.least, declared.most))


def _wallpaper(args: argparse.Namespace) -> int:
    from data.corpora.files import read_inks
    from data.references.store import load_references
    from service.wallpapers.compose import compose, draw
    from service.wallpapers.design import Design
    from service.wallpapers.painting import fast_painted
    from style.pictures.files import check_output, open_picture, save_picture

    check_output(args.output)
    _check_painting(args)
    design = Design(
        characters=args.characters,
        size=parse_size(args.size),
        pattern=args.pattern,
        palette=args.palette or ("photo" if args.photo else "ai"),
        theme=args.theme,
        seed=args.seed,
        reading=args.reading,
        seal=not args.no_seal,
    )
    photo = open_picture(args.photo).convert("RGB") if args.photo else None
    ink = next(read_inks(args.ink)) if args.ink else None
    drawing = draw(design, load_references(), ink)
    if args.fast:
        composition = fast_painted(design, drawing, args.fast, photo=photo)
    else:
        composition = compose(design, drawing, photo=photo)
    if args.style:
        composition = _painted(args, design, drawing, composition)
    save_picture(composition.picture, args.output)
    print(json.dumps({"contrast": round(composition.contrast, 2), "size": list(design.size)}))
    return 0


def _check_painting(args: argparse.Namespace) -> None:
    """Raises ConfigError for options that nothing would read."""
    from service.wallpapers.design import Design
    from style.errors import ConfigError

    if args.fast and args.style:
        raise ConfigError("give either --fast or --style")
    if args.photo and args.pattern != Design.pattern:
        raise ConfigError("give either --photo or --pattern: each is the ground")
    given = [name for name, default in PAINTING.items() if getattr(args, name) != default]
    if given and not args.style:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise ConfigError(f"only --style reads {names}: give it too, or leave them out")
    least = facts_of(args.backbone).least_px
    if args.style and args.painting_px < least:
        raise ConfigError(
            f"--painting-px is {args.painting_px}; {args.backbone} allows {least} or more"
        )


def _painted(
    args: argparse.Namespace, design: Design, drawing: Drawing, composition: Composition
) -> Composition:
    from service.wallpapers.painting import painted
    from style import stylize

    config = StylizeConfig(
        size=args.painting_px,
        steps=args.steps,
        backbone=args.backbone,
        seed=args.seed,
        strength=args.strength,
    )
    style = _style(args, composition)

    def report(step: Progress) -> None:
        print(f"\r{step.done:4.0%}", end="", file=sys.stderr, flush=True)

    def paint(content: Image.Image) -> Image.Image:
        return stylize(content, [style], config, on_progress=report).image

    ground, palette = composition.ground, composition.palette
    return painted(design, drawing, ground, palette, paint, size=config.size)


def _style(args: argparse.Namespace, composition: Composition) -> Image.Image:
    """The picture of --style: a pattern by its name, or a file."""
    from service.wallpapers.painting import style_picture
    from service.wallpapers.patterns import PATTERNS
    from style.pictures.files import open_picture

    if args.style in PATTERNS:
        return style_picture(
            args.style, composition.palette, longest_px=args.painting_px, seed=args.seed
        )
    return open_picture(Path(args.style))
