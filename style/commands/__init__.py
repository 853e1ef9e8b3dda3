"""The commands of this package; `dream` and `weights` are here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from style.command_line import Ticker, add_settings, given, reported, written
from style.compare_commands import add_compare
from style.dream_config import DreamConfig
from style.layer_commands import add_layers
from style.registry import BACKBONES, facts_of
from style.stylize_command import add_stylize


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds this package's commands to the `hitsujun` command."""
    add_stylize(commands)
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


def _add_dream(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("dream", help="paint into a picture what a network sees in it")
    parser.add_argument("image", type=Path, metavar="IMAGE", help="what to dream in")
    parser.add_argument(
        "--guide", type=Path, metavar="PICTURE", help="dream of what is in this picture"
    )
    add_settings(parser, DreamConfig, output="of several frames also .mp4 or .gif")
    parser.set_defaults(run=_dream)


def _dream(args: argparse.Namespace) -> int:
    from style.animation import FrameWriter
    from style.pictures import check_output, open_picture

    config = DreamConfig(**given(args, DreamConfig))
    writer = FrameWriter(args.output) if config.frames > 1 else None
    if not writer:
        check_output(args.output)
    image = open_picture(args.image)
    guide = open_picture(args.guide) if args.guide else None

    from style.dreaming import iterate_dream
    from style.progress import kept
    from style.zooming import iterate_zoom

    if not writer:
        return written(kept(iterate_dream(image, config, guide=guide), Ticker()), args)
    with writer:
        result = kept(iterate_zoom(image, config, on_frame=writer.add, guide=guide), Ticker())
        if result.report.get("stopped"):
            writer.add(result.image)
    return reported(result, args)


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
