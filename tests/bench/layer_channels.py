"""The number of channels of each layer of each backbone, whose weights do not matter.

python -m tests.bench.layer_channels > style/backbones/layer_channels.json
"""

from __future__ import annotations

import json
import sys

import torch

from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES


def main() -> None:
    """Print the table as JSON."""
    table = {name: channels_of(Backbone(name)) for name in BACKBONES}
    json.dump(table, sys.stdout, indent=0, sort_keys=True)
    print()


@torch.no_grad()
def channels_of(backbone: Backbone) -> dict[str, int]:
    """The number of channels by layer."""
    side = backbone.facts.least_px
    features = backbone(torch.zeros(1, 3, side, side), backbone.layer_names())
    return {layer: int(one.shape[1]) for layer, one in features.items()}


if __name__ == "__main__":
    main()
