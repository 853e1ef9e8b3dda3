"""`hitsujun stylize`: what it does with its options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from data.overwriting import check_no_overwrite
from style.commands.fast import run_fast
from style.commands.fast_option import LIST
from style.commands.film import check_no_film_options, is_film, run_film
from style.commands.folder import paint_folder
from style.commands.options import settings_given
from style.commands.preview import PreviewWriter
from style.commands.progress_line import ProgressLine
from style.commands.results import finish
from style.commands.small_pictures import say_if_small
from style.commands.stylize import EVERY
from style.config.layer_weights import style_weights, weights_for
from style.config.presets import preset
from style.config.stylize import StylizeConfig
from style.errors import ConfigError
from style.fast.drawing.style_picture import style_picture
from style.pictures.animation import FrameWriter, overwritten_files
from style.pictures.files import check_output, open_picture
from style.pictures.folders import output_paths, pictures_in
from style.pictures.masks import Masks
from style.runs.checkpoint_header import check_checkpoint

if TYPE_CHECKING:
    from PIL import Image

    from style.runs.checkpoint import CheckpointFile
    from style.runs.progress import Progress, Run


def paint(args: argparse.Namespace) -> int:
    """Paints a film, or pictures: at once with `--fast`, else by optimisation."""
    if args.fast != LIST and is_film(args.content, args.output):
        return run_film(args)
    check_no_film_options(args)
    return _stylize(args) if args.fast is None else run_fast(args)


def _stylize(args: argparse.Namespace) -> int:
    outputs = output_paths(pictures_in(args.content), args.output) if args.content.is_dir() else {}
    _check_no_overwrite(args, outputs)
    config, start = _configuration(args)
    weights_for(len(args.styles), style_weights(config.style_weights))  # before torch is imported
    masks, styles = _masks(args), [style_picture(path) for path in args.styles]
    if outputs:
        if start or masks or args.preview or args.animation or args.checkpoint:
            raise ConfigError(
                "masks, previews, checkpoints and a picture to start from need a single CONTENT"
            )
        return paint_folder(outputs, styles, config, args)
    if args.every != EVERY and not (args.preview or args.animation):
        raise ConfigError("--every is for --preview and --animation: give one, or leave it out")
    if args.resume and not args.checkpoint:
        raise ConfigError("--resume needs the file to resume from: give --checkpoint FILE")
    if args.checkpoint:
        check_checkpoint(args.checkpoint, resume=args.resume)
    check_output(args.output)
    content = open_picture(args.content)
    say_if_small(content, config, args.content)

    from style.backbones.backbone import Backbone
    from style.runs.checkpoint import CheckpointFile
    from style.transfer.forecast import LONG_S, forecast
    from style.transfer.run_cache import RunCache
    from style.transfer.stylize import iterate

    network = Backbone.of(config)
    cache = RunCache()
    if (expected := forecast(content, config, network, cache=cache)).seconds > LONG_S:
        print(expected, file=sys.stderr)
    checkpoint = CheckpointFile(args.checkpoint, args.resume) if args.checkpoint else None
    run = iterate(
        content, styles, config, start=start, masks=masks, cache=cache, backbone=network,
        checkpoint=checkpoint,
    )  # fmt: skip
    return _paint(run, args, checkpoint)


def _configuration(args: argparse.Namespace) -> tuple[StylizeConfig, Image.Image | None]:
    """The preset with the options given, and the picture to start from where `--init` is one."""
    start, settings = None, settings_given(args, StylizeConfig)
    if "init" in settings and Path(settings["init"]).is_file():
        start = open_picture(Path(settings.pop("init")))
    return preset(args.preset, **settings), start


def _paint(run: Run, args: argparse.Namespace, checkpoint: CheckpointFile | None) -> int:
    """Paints one picture, with its previews and its animation; removes a finished checkpoint."""
    from style.runs.progress import run_until_interrupted

    line = ProgressLine()
    with FrameWriter(args.animation) if args.animation else nullcontext() as frames:
        previews = PreviewWriter(args.preview, frames, every=args.every)

        def on_progress(progress: Progress) -> None:
            line(progress)
            previews(progress)

        result = run_until_interrupted(run, on_progress)
        status = finish(result, args)
        previews.finish(result)
    if checkpoint and not result.report.get("stopped"):
        checkpoint.remove()
    return status


def _check_no_overwrite(args: argparse.Namespace, outputs: Mapping[Path, Path]) -> None:
    """Raises DataError where a file to write is also one to read, or is named twice.

    `outputs`: where each picture of a folder goes; empty without one.
    """
    init, masks = getattr(args, "init", ""), [args.content_mask, *args.style_mask]
    check_no_overwrite(
        {
            "--output": [args.output, *outputs.values()],
            "--report": args.report,
            "--preview": args.preview,
            "--animation": overwritten_files(args.animation) if args.animation else None,
            "--checkpoint": args.checkpoint,
        },
        {
            "CONTENT": [args.content, *outputs],
            "STYLE": args.styles,
            "--init": Path(init) if Path(init).is_file() else None,
            "a mask": [mask for mask in masks if isinstance(mask, Path)],
        },
    )


def _masks(args: argparse.Namespace) -> Masks | None:
    """The masks that the command line names, opened; None where all of it is white."""
    names = [args.content_mask, *args.style_mask]
    if names == ["white"]:
        return None
    content, *styles = [mask if isinstance(mask, str) else open_picture(mask) for mask in names]
    return Masks(content, tuple(styles))
