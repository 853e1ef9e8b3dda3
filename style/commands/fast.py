"""`hitsujun stylize --fast`: a style that the shipped network has learned."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.one_line import one_line
from data.overwriting import check_no_overwrite
from style.commands.fast_option import LIST
from style.commands.options import options_of, settings_given
from style.commands.results import write_report
from style.config.stylize import StylizeConfig
from style.errors import ConfigError, PictureError
from style.pictures.folders import output_folder, output_paths, pictures_in

if TYPE_CHECKING:
    from PIL import Image

FAST_SETTINGS = ("size", "colors", "strength")  # of StylizeConfig, which have a meaning here
SLOW_OPTIONS = ("preset", "preview", "animation", "checkpoint", "resume", "style_mask")


def run_fast(args: argparse.Namespace) -> int:
    """Paints as `--fast` says, one picture or a folder. Returns the exit status.

    Raises ConfigError for an option that belongs to painting by optimisation.
    """
    check_fast_options(args)
    if args.fast == LIST:
        return _list(args)
    if not args.content or not args.output:
        raise ConfigError("--fast STYLE needs a CONTENT to paint and -o OUT to write")
    folder = pictures_in(args.content) if args.content.is_dir() else []
    outputs = output_paths(folder, args.output) if folder else {args.content: args.output}
    check_no_overwrite(
        {"--output": list(outputs.values()), "--report": args.report}, {"CONTENT": list(outputs)}
    )
    if folder:
        output_folder(args.output)
    return _paint_all(outputs, args, is_folder=bool(folder))


def _paint_all(outputs: Mapping[Path, Path], args: argparse.Namespace, *, is_folder: bool) -> int:
    """Of a folder, a picture that cannot be painted is reported, and the others are painted."""
    from style.fast import FastStyle
    from style.fast.blend import parse_blend
    from style.pictures.files import check_output, open_picture, save_picture

    FastStyle.load().weights(parse_blend(args.fast))  # before any picture is read
    reports: dict[str, Any] = {}
    status = 0
    for path, output in outputs.items():
        try:
            check_output(output)
            image = open_picture(path)
            start = time.perf_counter()
            painted = _painted(image, args)
            seconds = round(time.perf_counter() - start, 3)
            save_picture(painted, output)
        except (PictureError, OSError) as error:
            if not is_folder:
                raise
            print(f"hitsujun: {one_line(str(error))}", file=sys.stderr)
            status = 2
            continue
        print(f"wrote {output}", file=sys.stderr)
        reports[path.name] = {"fast": args.fast, "size": painted.size, "seconds": seconds}
    write_report(reports if is_folder else next(iter(reports.values())), args.report)
    return status


def _painted(image: Image.Image, args: argparse.Namespace) -> Image.Image:
    from style.fast import paint

    return paint(image, args.fast, **settings_given(args, StylizeConfig))


def _list(args: argparse.Namespace) -> int:
    """Prints the names of the styles; with `-o`, draws CONTENT in all of them."""
    from style.fast import FastStyle
    from style.fast.sheet import style_sheet
    from style.pictures.files import check_output, open_picture, save_picture

    if bool(args.content) != bool(args.output):
        raise ConfigError("a sheet of the fast styles needs both CONTENT and -o OUT")
    if args.output:
        check_no_overwrite({"--output": args.output}, {"CONTENT": args.content})
        check_output(args.output)
        save_picture(style_sheet(open_picture(args.content)), args.output)
    print("\n".join(FastStyle.load().names))
    return 0


def check_fast_options(args: argparse.Namespace) -> None:
    """Raises ConfigError for an option that belongs to painting by optimisation."""
    given = settings_given(args, StylizeConfig)
    names = options_of(StylizeConfig, (name for name in given if name not in FAST_SETTINGS))
    names += [f"--{name.replace('_', '-')}" for name in SLOW_OPTIONS if getattr(args, name)]
    if args.content_mask != "white":
        names.append("--content-mask")
    if args.styles:
        names.insert(0, f"the picture {args.styles[0]}")
    if names:
        raise ConfigError(
            f"--fast does not take {', '.join(names)}; it takes one CONTENT, -o, --size, --colors,"
            " --strength and --report"
        )
