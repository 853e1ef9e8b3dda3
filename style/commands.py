"""`hitsujun stylize`, `dream`, `layers`, `compare` and `weights`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from style.compare_commands import add_compare
from style.config import StylizeConfig
from style.dream_config import DreamConfig
from style.layer_commands import add_layers
from style.masks import MASK_COLORS, Masks
from style.registry import BACKBONES, facts_of

if TYPE_CHECKING:
    from style.progress import Progress, Result

STOPPED = 130  # exit status after Ctrl-C, as a shell has it


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds this package's commands to the `hitsujun` command."""
    _add_stylize(commands)
    _add_dream(commands)
    add_layers(commands)
    add_compare(commands)
    weights = commands.add_parser("weights", help="weights of the backbones")
    actions = weights.add_subparsers(required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="which there are, where from, and which are here")
    listed.set_defaults(run=_list)
    fetched = actions.add_parser("fetch", help="fetch weights into the cache, once")
    fetched.add_argument("names", nargs="+", metavar="NAME", help=", ".join(BACKBONES))
    fetched.add_argument(
        "--again", action="store_true", help="also where they are in the cache or imported"
    )
    fetched.set_defaults(run=_fetch)
    imported = actions.add_parser("import", help="use weights of one's own for a backbone")
    imported.add_argument(
        "file", type=Path, metavar="FILE", help=".safetensors, .pth, .pt, .caffemodel or .net"
    )
    imported.add_argument("--backbone", required=True, metavar="NAME", help=", ".join(BACKBONES))
    imported.set_defaults(run=_import)


def _add_stylize(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
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
    _add_settings(parser, StylizeConfig)
    parser.set_defaults(run=_stylize)


def _add_dream(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("dream", help="paint into a picture what a network sees in it")
    parser.add_argument("image", type=Path, metavar="IMAGE", help="what to dream in")
    parser.add_argument(
        "--guide", type=Path, metavar="PICTURE", help="dream of what is in this picture"
    )
    _add_settings(parser, DreamConfig)
    parser.set_defaults(run=_dream)


def _add_settings(
    parser: argparse.ArgumentParser, config: type[StylizeConfig] | type[DreamConfig]
) -> None:
    """The output, a report, and an option for each setting of a configuration."""
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="where to: .png, .jpg, .webp or .tiff; of several frames also .gif",
    )
    for one in fields(config):
        default = one.metadata["unset"] if one.default == "" else "%(default)s"
        parser.add_argument(
            f"--{one.name.strip('_').replace('_', '-')}",
            dest=one.name,
            type=type(one.default),
            default=one.default,
            metavar="NAME" if isinstance(one.default, str) else "N",
            help=f"{one.metadata['help']} (default: {default})",
        )
    parser.add_argument("--report", type=Path, metavar="R.json", help="write what it took as JSON")


def _stylize(args: argparse.Namespace) -> int:
    from style.pictures import check_output, open_picture

    start, settings = None, {one.name: getattr(args, one.name) for one in fields(StylizeConfig)}
    if Path(args.init).is_file():
        start, settings["init"] = open_picture(Path(args.init)), StylizeConfig.init
    config = StylizeConfig(**settings)
    check_output(args.output)
    content, styles = open_picture(args.content), [open_picture(path) for path in args.styles]

    from style.progress import kept
    from style.transfer import iterate

    return _written(
        kept(iterate(content, styles, config, start=start, masks=_masks(args)), _show), args
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


def _dream(args: argparse.Namespace) -> int:
    from style.animation import FrameWriter
    from style.pictures import check_output, open_picture

    config = DreamConfig(**{one.name: getattr(args, one.name) for one in fields(DreamConfig)})
    writer = FrameWriter(args.output) if config.frames > 1 else None
    if not writer:
        check_output(args.output)
    image = open_picture(args.image)
    guide = open_picture(args.guide) if args.guide else None

    from style.dreaming import iterate_dream
    from style.progress import kept
    from style.zooming import iterate_zoom

    if not writer:
        return _written(kept(iterate_dream(image, config, guide=guide), _show), args)
    with writer:
        result = kept(iterate_zoom(image, config, on_frame=writer.add, guide=guide), _show)
        if result.report.get("stopped"):
            writer.add(result.image)
    return _reported(result, args)


def _written(result: Result, args: argparse.Namespace) -> int:
    """Writes the picture and the report."""
    from style.pictures import save_picture

    save_picture(result.image, args.output)
    return _reported(result, args)


def _reported(result: Result, args: argparse.Namespace) -> int:
    """Writes the report; the exit status, which a Ctrl-C makes that of one."""
    from data.cache import replacing

    print(file=sys.stderr)
    if args.report:
        with replacing(args.report) as partial:
            partial.write_text(json.dumps(result.report, indent=2) + "\n")
    if result.report.get("stopped"):
        print("stopped; what there was so far is kept", file=sys.stderr)
        return STOPPED
    return 0


def _show(progress: Progress) -> None:
    print(
        f"\r{progress.done:4.0%}  {progress.size} px, step {progress.step}/{progress.steps},"
        f" {progress.measure} {progress.losses['total']:.4f}  ",
        end="",
        file=sys.stderr,
        flush=True,
    )


def _list(_args: argparse.Namespace) -> int:
    from style.weights import imported_path, kept_path

    for facts in BACKBONES.values():
        place = "in the cache" if kept_path(facts) else " or ".join(map(str, facts.sources))
        place = "imported" if imported_path(facts).exists() else place
        print(f"{facts.name:18} {place}; {facts.about}; {facts.licence}")
    return 0


def _fetch(args: argparse.Namespace) -> int:
    every = [facts_of(name) for name in args.names]

    from style.weights import fetch

    for facts in every:
        print(f"{facts.name}: {fetch(facts, again=args.again)}", file=sys.stderr)
    return 0


def _import(args: argparse.Namespace) -> int:
    facts = facts_of(args.backbone)

    from style.importing import import_weights

    print(f"{facts.name}: {import_weights(args.file, facts)}", file=sys.stderr)
    return 0
