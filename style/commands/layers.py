"""`hitsujun layers`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from style.backbones.registry import BACKBONES, unsmoothed


def add_layers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "layers",
        help="what a backbone's layers are, and a picture of what they see",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("backbone", metavar="BACKBONE", help=", ".join(BACKBONES))
    parser.add_argument(
        "--list",
        action="store_true",
        help="print every layer with its channels and the size of its maps; draws nothing",
    )
    parser.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="NAME",
        help="draw this layer; may be given again (default: those of style, content and dream)",
    )
    parser.add_argument(
        "--channels", type=int, default=6, help="channels of a layer that are drawn"
    )
    parser.add_argument("--size", type=int, default=96, help="side of each picture in pixels")
    parser.add_argument("--steps", type=int, default=24, help="steps at each of three sizes")
    parser.add_argument("--seed", type=int, default=0, help="of the noise that it begins in")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps ...")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="the picture (default: BACKBONE.png)"
    )
    parser.set_defaults(run=_layers)


def _layers(args: argparse.Namespace) -> int:
    from style.backbones.backbone import Backbone
    from style.dreams.layer_sheet import PROBE_PX, layer_sheet, layers_of
    from style.errors import ConfigError
    from style.pictures.files import check_output, save_picture

    if args.list:
        backbone = Backbone(args.backbone)
        facts = backbone.facts
        uses = {"style": facts.style, "content": facts.content, "dream": (facts.dream,)}
        print(f"layer, channels, map of a picture of {PROBE_PX} by {PROBE_PX}, default use")
        for layer in layers_of(backbone):
            shape = f"{layer.channels:5}  {layer.height} x {layer.width}"
            used = ", ".join(
                use for use, names in uses.items() if layer.name in map(unsmoothed, names)
            )
            print(f"{layer.name:28} {shape:16} {used}".rstrip())
        return 0
    if args.channels < 1:
        raise ConfigError(f"channels is {args.channels}; it is 1 or more")
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
    save_picture(sheet, output)
    return 0
