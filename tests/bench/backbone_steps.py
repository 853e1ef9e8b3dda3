"""What a step of a painting costs with each backbone: `python -m tests.bench.backbone_steps`.

The default losses at `--size`, on one thread; the least CPU seconds of `--rounds` steps, all
backbones in turn. A step costs the same for any weights, so they are random: no picture is painted.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.optimizers.lbfgs_descent import LbfgsDescent
from tests.bench.criteria import Pictures, criterion_of
from tests.bench.table import table

BACKBONES = ("vgg19", "alexnet", "squeezenet1_0", "squeezenet1_1", "googlenet", "inception_v3")
WARM_UP = 2  # steps before the timed ones: L-BFGS scales its first


def main() -> None:
    """Prints a row for each backbone."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=512, help="side of the picture in pixels")
    parser.add_argument("--rounds", type=int, default=5, help="timed steps")
    args = parser.parse_args()
    torch.set_num_threads(1)
    works = {name: _steps(name, args.size) for name in BACKBONES}
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(WARM_UP + args.rounds):
        for name, work in works.items():
            start = time.process_time()
            next(work)
            if number >= WARM_UP:
                seconds[name].append(time.process_time() - start)
    least = {name: min(times) for name, times in seconds.items()}
    heads = ("backbone", "CPU s a step", "of VGG-19's", "steps in VGG-19's time")
    rows = [
        (name, f"{one:.3f}", f"{one / least['vgg19']:.2f}", f"{least['vgg19'] / one:.1f}")
        for name, one in least.items()
    ]
    print(table(heads, rows))


def _steps(name: str, size: int) -> Iterator[None]:
    generator = torch.Generator().manual_seed(0)
    content, style = (torch.rand(1, 3, size, size, generator=generator) for _ in range(2))
    network = Backbone(name).to(memory_format=torch.channels_last)
    criterion = criterion_of(Pictures(content, [style]), StylizeConfig(name, size), network)
    descent = LbfgsDescent(content.clone().requires_grad_(), criterion)
    while True:
        descent.step()
        yield


if __name__ == "__main__":
    main()
