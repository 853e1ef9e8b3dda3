"""`hitsujun stylize`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from style.commands.options import add_settings, given
from style.commands.preview import Making
from style.commands.results import STOPPED, stopped, write_report, written
from style.commands.ticker import Ticker
from style.config.presets import preset, preset_names
from style.config.stylize import StylizeConfig
from style.errors import ConfigError, PictureError
from style.pictures.folders import output_folder, output_path, pictures_in
from style.pictures.masks import MASK_COLORS, Masks

if TYPE_CHECKING:
    from PIL import Image

    from style.runs.progress import Progress


def add_stylize(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("stylize", help="paint a picture in the style of others")
    parser.add_argument(
        "content", type=Path, metavar="CONTENT", help="what to paint, or a folder of it"
    )
    parser.add_argument("styles", type=Path, nargs="+", metavar="STYLE", help="how to paint it")
    parser.add_argument(
        "--preset",
        metavar="NAME",
        help=f"settings to begin with: {', '.join(preset_names())}; options given win",
    )
    add_settings(parser, StylizeConfig, output="a folder where CONTENT is one")
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
        "--preview", type=Path, metavar="FILE", help="write the picture so far here on the way"
    )
    parser.add_argument(
        "--animation",
        type=Path,
        metavar="FILE",
        help="the making: .mp4, .gif, .webp, or .png for numbered pictures (making-0001.png ...)",
    )
    parser.add_argument(
        "--every",
        type=_positive,
        default=10,
        metavar="N",
        help="steps between previews and between frames of the animation (default: %(default)s)",
    )
    parser.add_argument(
        "--checkpoint",
        type=Path,
        metavar="FILE",
        help="keep the painting on its way here, every minute and on Ctrl-C, until it is done",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on from the checkpoint, to the same picture"
    )
    parser.set_defaults(run=_stylize)


def _stylize(args: argparse.Namespace) -> int:
    from style.pictures.files import check_output, open_picture

    start, settings = None, given(args, StylizeConfig)
    if "init" in settings and Path(settings["init"]).is_file():
        start = open_picture(Path(settings.pop("init")))
    config = preset(args.preset, **settings)
    masks, styles = _masks(args), [open_picture(path) for path in args.styles]
    if args.content.is_dir():
        if start or masks or args.preview or args.animation or args.checkpoint:
            raise ConfigError(
                "masks, previews, checkpoints and a picture to start from are of a single CONTENT"
            )
        return _paint_folder(args, styles, config)
    if args.resume and not args.checkpoint:
        raise ConfigError("--resume goes on from a file: name it by --checkpoint FILE")
    check_output(args.output)
    content = open_picture(args.content)

    from style.backbones.backbone import Backbone
    from style.runs.progress import run_until_interrupted
    from style.transfer.checkpoint import CheckpointFile
    from style.transfer.forecast import LONG_S, forecast
    from style.transfer.run_cache import RunCache
    from style.transfer.stylize import iterate

    network = Backbone.of(config)
    cache = RunCache()
    if (expected := forecast(content, config, network, cache=cache)).seconds > LONG_S:
        print(expected, file=sys.stderr)
    ticker = Ticker()
    checkpoint = CheckpointFile(args.checkpoint, args.resume) if args.checkpoint else None
    run = iterate(
        content, styles, config, start=start, masks=masks, cache=cache, backbone=network,
        checkpoint=checkpoint,
    )  # fmt: skip
    with Making(args.preview, args.animation, every=args.every) as making:

        def follow(progress: Progress) -> None:
            ticker(progress)
            making(progress)

        result = run_until_interrupted(run, follow)
        making.end(result)
    return written(result, args)


def _paint_folder(
    args: argparse.Namespace, styles: Sequence[Image.Image], config: StylizeConfig
) -> int:
    """Each picture of a folder; one that cannot be painted is told, and the rest go on."""
    from style.pictures.files import open_picture, save_picture

    folder, pictures = output_folder(args.output), pictures_in(args.content)

    from style.backbones.backbone import Backbone
    from style.runs.progress import run_until_interrupted
    from style.transfer.run_cache import RunCache
    from style.transfer.stylize import iterate

    network, cache = Backbone.of(config), RunCache()
    reports: dict[str, Any] = {}
    status = 0
    for path in pictures:
        print(path.name, file=sys.stderr)
        try:
            run = iterate(open_picture(path), styles, config, backbone=network, cache=cache)
            result = run_until_interrupted(run, Ticker())
        except PictureError as error:
            print(f"hitsujun: {error}", file=sys.stderr)
            status = 2
            continue
        save_picture(result.image, output_path(path, folder))
        reports[path.name] = result.report
        print(file=sys.stderr)
        if stopped(result):
            status = STOPPED
            break
    write_report(reports, args.report)
    return status


def _positive(text: str) -> int:
    if not 1 <= (value := int(text)) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 10000")
    return value


def _picture_or_color(text: str) -> Path | str:
    return text if text in MASK_COLORS else Path(text)


def _masks(args: argparse.Namespace) -> Masks | None:
    """The masks that were given, opened."""
    from style.pictures.files import open_picture

    given = [args.content_mask, *args.style_mask]
    if given == ["white"]:
        return None
    content, *styles = [m if isinstance(m, str) else open_picture(m) for m in given]
    return Masks(content, tuple(styles))
