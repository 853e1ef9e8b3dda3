"""`hitsujun dream`."""

from __future__ import annotations

import argparse
import sys

from data.arguments import existing_file
from style.backbones.registry import facts_of
from style.commands.options import add_setting, add_settings, settings_given
from style.commands.progress_line import ProgressLine
from style.commands.results import exit_status, finish, write_report
from style.commands.small_pictures import say_if_small
from style.config.dream import DreamConfig
from style.config.setting import settings_of
from style.config.visualization import VisualizationConfig
from style.errors import ConfigError


def add_dream(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "dream", help="deep dream: paint into a picture, or from noise, what a network sees"
    )
    parser.add_argument(
        "image",
        type=existing_file,
        nargs="?",
        metavar="IMAGE",
        help="picture to dream in; without it, what the network wants to see is drawn from noise"
        f" ({VisualizationConfig.size} px, {VisualizationConfig.steps} steps)",
    )
    parser.add_argument(
        "--guide", type=existing_file, metavar="PICTURE", help="picture whose features it dreams of"
    )
    add_settings(parser, DreamConfig, output="for several frames also .mp4 or .gif")
    add_setting(parser, VisualizationConfig, "variants", default=argparse.SUPPRESS)
    parser.set_defaults(run=_dream)


def _dream(args: argparse.Namespace) -> int:
    if not args.image:
        return _draw_from_noise(args)
    if hasattr(args, "variants"):
        raise ConfigError("variants are drawn from noise: leave out IMAGE, or --variants")
    return _dream_in_picture(args)


def _draw_from_noise(args: argparse.Namespace) -> int:
    from data.overwriting import check_no_overwrite
    from style.pictures.files import check_output

    needing = settings_given(args, DreamConfig).keys() - settings_of(VisualizationConfig).keys()
    named = sorted(needing | ({"guide"} if args.guide else set()))
    if named:
        raise ConfigError(
            f"{', '.join(named)} can only be given with a picture to dream in: give IMAGE, or leave"
            f" {'them' if len(named) > 1 else 'it'} out"
        )
    config = VisualizationConfig(**settings_given(args, VisualizationConfig))
    config.terms(facts_of(config.backbone).dream, has_guide=False)  # raises before any loading
    check_no_overwrite({"--output": args.output, "--report": args.report}, {})
    check_output(args.output)

    from style.dreams.visualization import iterate_visualization
    from style.runs.progress import run_until_interrupted

    return finish(run_until_interrupted(iterate_visualization(config), ProgressLine()), args)


def _dream_in_picture(args: argparse.Namespace) -> int:
    from data.overwriting import check_no_overwrite
    from style.pictures.animation import FrameWriter, overwritten_files
    from style.pictures.files import check_output, open_picture

    config = DreamConfig(**settings_given(args, DreamConfig))
    config.terms(facts_of(config.backbone).dream, has_guide=bool(args.guide))
    check_no_overwrite(
        {
            "--output": overwritten_files(args.output) if config.frames > 1 else args.output,
            "--report": args.report,
        },
        {"IMAGE": args.image, "--guide": args.guide},
    )
    writer = FrameWriter(args.output) if config.frames > 1 else None
    if not writer:
        check_output(args.output)
    image = open_picture(args.image)
    say_if_small(image, config, args.image)
    guide = open_picture(args.guide) if args.guide else None

    from style.dreams.dream import iterate_dream
    from style.dreams.zoom import iterate_zoom
    from style.runs.progress import run_until_interrupted

    line = ProgressLine()
    if not writer:
        return finish(run_until_interrupted(iterate_dream(image, config, guide=guide), line), args)
    with writer:
        run = iterate_zoom(image, config, on_frame=writer.add, guide=guide)
        result = run_until_interrupted(run, line)
        if result.report.get("stopped"):
            writer.add(result.image)
    print(f"\nwrote {writer.files}", file=sys.stderr)
    write_report(result.report, args.report)
    return exit_status(result)
