"""What a step of the painting costs: `python -m tests.bench.evaluation [--size 512] [--rounds 5]`.

A step is forward pass, losses, backward pass and update, as `hitsujun stylize` does it, with VGG-19
to relu5_1. It is compared with the bare forward and backward pass of the same network, in float32
and in torch's default memory format. Both are run in turn. The figures are the least CPU time of
each on one thread, and their ratio. Memory is measured in a process of its own: the peak resident
memory, less what was resident after the import of torch. Content and style are noise, which costs
what pictures cost.
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

WARM_UP = 2  # steps before the timed ones: L-BFGS scales its first
PRECISIONS = ("bf16", "float32")


def main() -> None:
    """Prints a line for each precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=512, help="side of the picture in pixels")
    parser.add_argument("--rounds", type=int, default=5, help="timed steps")
    parser.add_argument("--steps-only", choices=PRECISIONS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.steps_only:
        print(_memory_mb(args.size, args.steps_only))
        return
    bare_seconds, step_seconds = _measured_seconds(args.size, args.rounds)
    print(f"bare float32 passes at {args.size} px: {bare_seconds:.3f} CPU-s")
    for precision, seconds in step_seconds.items():
        print(
            f"step in {precision}: {seconds:.3f} CPU-s, {seconds / bare_seconds:.3f} of the bare"
            f" passes; {_memory_mb_of_a_process(args.size, precision):.0f} MB above the import"
        )


def _measured_seconds(size: int, rounds: int) -> tuple[float, dict[str, float]]:
    """The least CPU seconds of the bare passes, and of a step by precision."""
    bare = _bare_passes(size)
    steps = {precision: _steps(size, precision) for precision in PRECISIONS}
    for work in (bare, *steps.values()):
        for _ in range(WARM_UP):
            next(work)
    bare_seconds: list[float] = []
    step_seconds: dict[str, list[float]] = {precision: [] for precision in steps}
    for _ in range(rounds):
        bare_seconds.append(_seconds(bare))
        for precision, work in steps.items():
            step_seconds[precision].append(_seconds(work))
    return min(bare_seconds), {precision: min(times) for precision, times in step_seconds.items()}


def _seconds(work: Iterator[object]) -> float:
    start = time.process_time()
    next(work)
    return time.process_time() - start


def _bare_passes(size: int) -> Iterator[None]:
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


def _memory_mb(size: int, precision: str) -> float:
    """Peak memory of this process above what is resident now."""
    before = status_mb("VmRSS")
    steps = _steps(size, precision)
    for _ in range(remembered(3 * size**2) + 2):  # until the history of L-BFGS is full
        next(steps)
    return status_mb("VmHWM") - before


def _memory_mb_of_a_process(size: int, precision: str) -> float:
    command = [sys.executable, "-m", "tests.bench.evaluation", "--size", str(size)]
    done = subprocess.run(
        [*command, "--steps-only", precision], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def status_mb(name: str) -> float:
    """A value of this process in MB, as Linux gives it: VmRSS now, VmHWM at most."""
    match = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert match
    return int(match[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
