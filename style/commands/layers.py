"""`hitsujun layers`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from data.arguments import whole
from style.backbones.registry import BACKBONES, unsmoothed
from style.commands.options import add_setting
from style.config.dream import DreamConfig

if TYPE_CHECKING:
    from style.backbones.backbone import Backbone


def add_layers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "layers",
        help="list a backbone's layers, or draw what their channels respond to",
    )
    parser.add_argument("backbone", metavar="BACKBONE", help=", ".join(BACKBONES))
    parser.add_argument(
        "--list",
        action="store_true",
        help="print every layer with its channels and the size of its feature map; draw nothing",
    )
    _add_drawing(parser)
    parser.set_defaults(run=_layers)


def _add_drawing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="NAME",
        help="layer to draw; may be repeated (default: those of style, content and dream)",
    )
    parser.add_argument(
        "--channels",
        type=whole(1),
        default=6,
        help="number of channels to draw of each layer (default: %(default)s)",
    )
    parser.add_argument(
        "--size",
        type=whole(1),
        default=96,
        help="side of each picture in pixels (default: %(default)s)",
    )
    parser.add_argument(
        "--steps",
        type=whole(1),
        default=24,
        help="steps at each of three scales (default: %(default)s)",
    )
    add_setting(parser, DreamConfig, "seed", default=0)
    add_setting(parser, DreamConfig, "device", default="auto")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="picture to write (default: BACKBONE.png)"
    )


def _layers(args: argparse.Namespace) -> int:
    from style.backbones.backbone import Backbone
    from style.dreams.layer_sheet import layer_sheet
    from style.errors import ConfigError
    from style.pictures.output import check_output, save_or_rescue

    if args.list:
        _print_layers(Backbone(args.backbone))
        return 0
    if args.channels < 1:
        raise ConfigError(f"channels is {args.channels}; allowed: 1 or more")
    output = args.output or Path(f"{args.backbone}.png")
    check_output(output)
    sheet = layer_sheet(
        Backbone.load(args.backbone),
        args.layer,
        channels=args.channels,
        size=args.size,
        steps=args.steps,
        seed=args.seed,
        device=args.device,
        on_picture=lambda name, index: print(f"{name} {index}", file=sys.stderr),
    )
    print(f"wrote {save_or_rescue(sheet, output)}", file=sys.stderr)
    return 0


def _print_layers(backbone: Backbone) -> None:
    """A line for each layer: name, channels, size of its feature map, what uses it by default."""
    from style.dreams.layer_sheet import PROBE_PX, layers_of

    facts = backbone.facts
    uses = {"style": facts.style, "content": facts.content, "dream": (facts.dream,)}
    print(f"layer, channels, feature map of a picture of {PROBE_PX} by {PROBE_PX}, default use")
    for layer in layers_of(backbone):
        shape = f"{layer.channels:5}  {layer.height} x {layer.width}"
        used_by = [use for use, names in uses.items() if layer.name in map(unsmoothed, names)]
        print(f"{layer.name:28} {shape:16} {', '.join(used_by)}".rstrip())
