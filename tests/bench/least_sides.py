"""The shorter side that each layer of each backbone needs, found by trial on random weights.

    python -m tests.bench.least_sides > style/backbones/least_sides.json

For the default pooling and padding. No weights are needed.
"""

from __future__ import annotations

import json
import sys

from style.backbones.backbone import Backbone
from style.backbones.least_side import fits, least_side
from style.backbones.registry import BACKBONES


def main() -> None:
    """Print the table as JSON."""
    table: dict[str, dict[str, int]] = {}
    for name, facts in BACKBONES.items():
        backbone = Backbone(name)
        defaults = [*facts.style, *facts.content, facts.dream]
        table[name], side = {}, 1
        for layer in [*backbone.network.layer_names(), *defaults]:
            side = table[name][layer] = _least_side(backbone, layer, guess=side)
        print(f"{name}: {len(table[name])} layers", file=sys.stderr, flush=True)
    json.dump(table, sys.stdout, indent=0, sort_keys=True)
    print()


def _least_side(backbone: Backbone, layer: str, *, guess: int) -> int:
    """As `least_side` finds it. Most layers need what the one before them needs."""
    if fits(backbone, [layer], guess) and (guess == 1 or not fits(backbone, [layer], guess - 1)):
        return guess
    return least_side(backbone, [layer])


if __name__ == "__main__":
    main()
