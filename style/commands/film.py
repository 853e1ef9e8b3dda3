"""`hitsujun stylize FILM`: a film, or a folder of frames, painted without flicker."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from data.overwriting import check_no_overwrite
from data.suffixes import suffix_fault
from style.commands.fast import check_fast_options
from style.commands.film_line import FilmLine
from style.commands.options import options_of, settings_given
from style.commands.results import STOPPED, write_report
from style.config.film import FilmConfig
from style.config.presets import preset
from style.config.stylize import StylizeConfig
from style.errors import ConfigError
from style.films.film import FILM_SUFFIXES, open_film
from style.pictures.animation import ANIMATION_WRITERS, FrameWriter, overwritten_files
from style.pictures.folders import pictures_in
from style.pictures.identity import pictures_sha256
from style.pictures.output import FORMATS

if TYPE_CHECKING:
    from style.films.film import Film
    from style.films.kept_frames import KeptFrames
    from style.films.painting import FramePainter

STILL_OPTIONS = ("preview", "animation", "checkpoint", "resume", "style_mask")
FOLDER = ".{}-frames"  # beside the film, by its name: what is painted until it is finished


def is_film(content: Path | None, output: Path | None) -> bool:
    """Whether a film is painted: a film file, or a folder or a GIF where a film is written."""
    if not content or not output:
        return False
    suffix = output.suffix.lower()
    if content.is_dir():
        return suffix in ANIMATION_WRITERS
    return content.suffix.lower() in FILM_SUFFIXES or (
        content.suffix.lower() == ".gif" and suffix in (".gif", ".mp4")
    )


def check_no_film_options(args: argparse.Namespace) -> None:
    """Raises ConfigError for an option of films where none is painted."""
    if given := options_of(FilmConfig, settings_given(args, FilmConfig)):
        raise ConfigError(
            f"{', '.join(given)}: only for a film, so give one as CONTENT"
            f" ({', '.join(FILM_SUFFIXES)}), or a folder of frames with -o OUT as"
            f" {', '.join(ANIMATION_WRITERS)}"
        )


def run_film(args: argparse.Namespace) -> int:
    """Paints a film by optimisation, or with `--fast`. Returns the exit status.

    The painted frames are kept in a folder beside the film until that is written, so that the same
    command continues where a run was stopped or killed.
    """
    from style.films.flow import check_flow
    from style.films.kept_frames import KeptFrames

    _check_options(args)
    _check_files(args)
    check_flow()
    settings = FilmConfig(**settings_given(args, FilmConfig))
    film = open_film(args.content, fps=settings.fps)
    writer = FrameWriter(args.output, frame_ms=1000 / film.rate)
    line = FilmLine(film.count, settings.frame_steps)
    painter, identity = _fast(args) if args.fast else _slow(args, settings, line)
    folder = args.output.with_name(FOLDER.format(args.output.name))
    kept = KeptFrames(folder, identity | {"film": film.sha256()})
    try:
        reports = _paint(film, painter, kept, writer, line)
    except KeyboardInterrupt:
        print(
            f"\nstopped; the same command continues, from the frames in {folder}", file=sys.stderr
        )
        return STOPPED
    write_report(_report(film, identity, reports), args.report)
    kept.remove()
    print(f"\nwrote {writer.files}", file=sys.stderr)
    return 0


def _paint(
    film: Film, painter: FramePainter, kept: KeptFrames, writer: FrameWriter, line: FilmLine
) -> list[dict[str, Any]]:
    """Paints and writes all frames; returns their reports."""
    from style.films.painting import paint_film

    reports = []
    with writer:
        for shown in paint_film(film, painter, kept):
            writer.add(shown.picture)
            reports.append(shown.report)
            if not shown.was_kept:
                line.painted(len(reports))
    return reports


def _slow(
    args: argparse.Namespace, settings: FilmConfig, line: FilmLine
) -> tuple[FramePainter, dict[str, Any]]:
    """The painter by optimisation, and what tells its painting from others."""
    from style.fast.drawing.style_picture import style_picture
    from style.films.slow_frames import SlowFrames
    from style.runs.device import versions

    config = preset(args.preset, **settings_given(args, StylizeConfig))
    if config.dream == "auto":
        raise ConfigError(
            "dream is auto, which each frame of a film would find elsewhere: name a layer"
        )
    pictures = [style_picture(path) for path in args.styles]
    painter = SlowFrames(pictures, config, settings, on_progress=line)
    identity = asdict(config) | asdict(settings) | {"device": "", "versions": versions()}
    return painter, identity | {"styles": pictures_sha256(pictures)}


def _fast(args: argparse.Namespace) -> tuple[FramePainter, dict[str, Any]]:
    """The painter of a fast style, and what tells its painting from others."""
    from style.fast.blend import parse_blend
    from style.fast.network import FastStyle
    from style.films.fast_frames import FastFrames

    network, settings = FastStyle.load(), settings_given(args, StylizeConfig)
    network.weights(parse_blend(args.fast))  # before any frame is read
    return FastFrames(args.fast, network=network, **settings), {"fast": args.fast} | settings


def _report(
    film: Film, identity: dict[str, Any], frames: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What was painted, of the whole film and of each frame."""
    errors = [one["temporal_error"] for one in frames if "temporal_error" in one]
    return {
        "settings": identity,
        "frames_a_second": float(film.rate),
        "scenes": frames[-1]["scene"],
        "temporal_error": mean(errors) if errors else None,
        "seconds": round(sum(one["seconds"] for one in frames), 3),
        "frames": list(frames),
    }


def _check_options(args: argparse.Namespace) -> None:
    """Raises ConfigError for options that are for a single picture, or not for a fast style."""
    given = [f"--{name.replace('_', '-')}" for name in STILL_OPTIONS if getattr(args, name)]
    if args.content_mask != "white":
        given.append("--content-mask")
    if given:
        raise ConfigError(f"a film does not take {', '.join(given)}: they need a single picture")
    if not args.content.is_dir() and "fps" in settings_given(args, FilmConfig):
        raise ConfigError(f"--fps is for a folder of frames: {args.content} has a rate of its own")
    if args.fast:
        check_fast_options(args)
        names = (name for name in settings_given(args, FilmConfig) if name != "fps")
        slow = options_of(FilmConfig, names)
        if slow:
            raise ConfigError(f"--fast does not take {', '.join(slow)}: it paints a frame at once")


def _check_files(args: argparse.Namespace) -> None:
    """Raises ConfigError where `-o` is no film, PictureError where a file would be overwritten."""
    if fault := suffix_fault(args.output, [*ANIMATION_WRITERS, *FORMATS]):
        raise ConfigError(
            f"{fault}; a film is written as {', '.join(ANIMATION_WRITERS)}, or as numbered pictures"
        )
    content = [args.content, *(pictures_in(args.content) if args.content.is_dir() else ())]
    check_no_overwrite(
        {"--output": overwritten_files(args.output), "--report": args.report},
        {"CONTENT": content, "STYLE": args.styles},
    )
