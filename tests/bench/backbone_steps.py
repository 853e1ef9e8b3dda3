"""What a step of a painting costs with each backbone: `python -m tests.bench.backbone_steps`.

The default losses at `--size`, on one thread; the least CPU seconds of `--rounds` steps, all
backbones in turn. A step costs the same for any weights, so they are random: no picture is painted.
"""

from __future__ import annotations

import argparse

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from tests.bench.steps import least_seconds, steps
from tests.bench.table import table

BACKBONES = ("vgg19", "alexnet", "squeezenet1_0", "squeezenet1_1", "googlenet", "inception_v3")


def main() -> None:
    """Prints a row for each backbone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=512, help="side of the picture in pixels")
    parser.add_argument("--rounds", type=int, default=5, help="timed steps")
    args = parser.parse_args()
    torch.set_num_threads(1)
    works = {name: steps(Backbone(name), StylizeConfig(name, args.size)) for name in BACKBONES}
    least = least_seconds(works, args.rounds)
    heads = ("backbone", "CPU s a step", "of VGG-19's", "steps in VGG-19's time")
    rows = [
        (name, f"{one:.3f}", f"{one / least['vgg19']:.2f}", f"{least['vgg19'] / one:.1f}")
        for name, one in least.items()
    ]
    print(table(heads, rows))


if __name__ == "__main__":
    main()
