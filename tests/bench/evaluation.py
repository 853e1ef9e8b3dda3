"""What a step of the painting costs: `python -m tests.bench.evaluation [--size 512] [--rounds 5]`.

A step is forward, losses, backward and update, as `hitsujun stylize` does it, with VGG-19 to
relu5_1. It stands beside the bare forward and backward passes of the same network in float32, in
torch's default layout, taken in turn with it: the least CPU time of one thread of each, and their
ratio. Memory is of a process of its own: the most resident, less what was resident once torch was
imported. Content and style are noise, which costs what pictures cost.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.optimizers.lbfgs import remembered
from style.optimizers.lbfgs_descent import LbfgsDescent
from tests.bench.criteria import Pictures, criterion_of

WARM = 2  # steps before the timed ones: L-BFGS scales its first


def main() -> None:
    """Prints a line for each precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps-only", choices=("bf16", "float32"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.steps_only:
        _memory(args.size, args.steps_only)
        return
    bare = _bare(args.size)
    steps = {kind: _steps(args.size, kind) for kind in ("bf16", "float32")}
    for work in (bare, *steps.values()):
        for _ in range(WARM):
            next(work)
    spent: dict[str, list[float]] = {kind: [] for kind in steps}
    floor = []
    for _ in range(args.rounds):
        floor.append(_seconds(bare))
        for kind, work in steps.items():
            spent[kind].append(_seconds(work))
    print(f"bare float32 passes at {args.size} px: {min(floor):.3f} CPU-s")
    for kind, times in spent.items():
        print(
            f"step in {kind}: {min(times):.3f} CPU-s, {min(times) / min(floor):.3f} of the bare"
            f" passes; {_peak_mb(args.size, kind):.0f} MB above the import"
        )


def _seconds(work: Iterator[object]) -> float:
    begun = time.process_time()
    next(work)
    return time.process_time() - begun


def _bare(size: int) -> Iterator[None]:
    network = Backbone.load("vgg19")
    image = torch.rand(1, 3, size, size, requires_grad=True)
    while True:
        network(image, ["relu5_1"])["relu5_1"].sum().backward()  # type: ignore[no-untyped-call]
        image.grad = None
        yield


def _steps(size: int, precision: str) -> Iterator[object]:
    generator = torch.Generator().manual_seed(0)
    content, style = (torch.rand(1, 3, size, size, generator=generator) for _ in range(2))
    network = Backbone.load("vgg19").to(memory_format=torch.channels_last)
    config = StylizeConfig(size=size, precision=precision)
    criterion = criterion_of(Pictures(content, [style]), config, network)
    descent = LbfgsDescent(content.clone().requires_grad_(), criterion)
    while True:
        yield descent.step()


def _memory(size: int, precision: str) -> None:
    before = _status("VmRSS")
    steps = _steps(size, precision)
    for _ in range(remembered(3 * size**2) + 2):  # all that L-BFGS remembers
        next(steps)
    print(_status("VmHWM") - before)


def _peak_mb(size: int, precision: str) -> float:
    command = [sys.executable, "-m", "tests.bench.evaluation", "--size", str(size)]
    done = subprocess.run(
        [*command, "--steps-only", precision], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _status(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
