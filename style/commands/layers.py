"""`hitsujun layers`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.arguments import existing_folder, whole
from data.one_line import one_line
from style.backbones.registry import BACKBONES, unsmoothed
from style.commands.options import add_setting
from style.config.visualization import VisualizationConfig

if TYPE_CHECKING:
    from style.backbones.backbone import Backbone
    from style.dreams.layer_facts import ChosenChannels
    from style.dreams.photographs import Found


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
    _add_channels(parser)
    add_setting(parser, VisualizationConfig, "size", default=128)
    add_setting(parser, VisualizationConfig, "steps", default=128)
    add_setting(parser, VisualizationConfig, "seed", default=0)
    add_setting(parser, VisualizationConfig, "device", default="auto")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="picture to write (default: BACKBONE.png)"
    )
    parser.set_defaults(run=_layers)


def _add_channels(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="NAME[:N,N]",
        help="layer to draw, with channels of it (relu5_1:20,33) or without; may be repeated"
        " (default: those of style, content and dream)",
    )
    parser.add_argument(
        "--channels",
        type=whole(1),
        default=6,
        help="number of channels to draw of a layer that is given without (default: %(default)s)",
    )
    shown = parser.add_mutually_exclusive_group()
    add_setting(shown, VisualizationConfig, "variants", default=1)
    shown.add_argument(
        "--pairs", action="store_true", help="draw the sum of each two channels of a layer as well"
    )
    shown.add_argument(
        "--photos",
        type=existing_folder,
        metavar="FOLDER",
        help="show below each channel the photograph of a folder that excites it most, cut to what"
        " the channel sees of it; print its name",
    )


def _layers(args: argparse.Namespace) -> int:
    from data.overwriting import check_no_overwrite
    from style.backbones.backbone import Backbone
    from style.dreams.layer_facts import chosen_channels
    from style.dreams.layer_sheet import layer_sheet
    from style.pictures.folders import pictures_in
    from style.pictures.output import check_output, save_or_rescue

    if args.list:
        _print_layers(Backbone(args.backbone))
        return 0
    config = VisualizationConfig(
        args.backbone, size=args.size, steps=args.steps, variants=args.variants, seed=args.seed,
        device=args.device,
    )  # fmt: skip
    output = args.output or Path(f"{args.backbone}.png")
    photos = pictures_in(args.photos) if args.photos else []
    check_no_overwrite({"--output": output}, {"--photos": photos})
    check_output(output)
    network = Backbone.of(config)
    chosen = chosen_channels(network, args.layer, count=args.channels)
    photographs = _most_exciting(network, chosen, photos) if photos else None
    sheet = layer_sheet(
        network, chosen, config, pairs=args.pairs, photographs=photographs,
        on_picture=lambda objective: print(objective, file=sys.stderr),
    )  # fmt: skip
    print(f"wrote {save_or_rescue(sheet, output)}", file=sys.stderr)
    return 0


def _most_exciting(
    network: Backbone, chosen: Sequence[ChosenChannels], photos: Sequence[Path]
) -> Mapping[tuple[str, int], Found]:
    """The photograph that excites each channel most; prints a line for each channel."""
    from style.dreams.photographs import most_exciting

    found = most_exciting(
        network, chosen, photos,
        on_skipped=lambda error: print(
            f"hitsujun: {one_line(str(error))}; left out", file=sys.stderr
        ),
    )  # fmt: skip
    for (layer, index), one in found.items():
        print(f"{layer}:{index}\t{one.value:.4g}\t{one.path}")
    return found


def _print_layers(backbone: Backbone) -> None:
    """A line for each layer: name, channels, size of its feature map, what uses it by default."""
    from style.dreams.layer_facts import PROBE_PX, layers_of

    facts = backbone.facts
    uses = {"style": facts.style, "content": facts.content, "dream": (facts.dream,)}
    print(f"layer, channels, feature map of a picture of {PROBE_PX} by {PROBE_PX}, default use")
    for layer in layers_of(backbone):
        shape = f"{layer.channels:5}  {layer.height} x {layer.width}"
        used_by = [use for use, names in uses.items() if layer.name in map(unsmoothed, names)]
        print(f"{layer.name:28} {shape:16} {', '.join(used_by)}".rstrip())
