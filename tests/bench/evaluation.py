"""What a step of the painting costs: `python -m tests.bench.evaluation [--size 512] [--rounds 5]`.

A step is forward pass, losses, backward pass and update, as `hitsujun stylize` does it, with VGG-19
to relu5_1. It is compared with the bare forward and backward pass of the same network: in float32
and torch's default memory format, and in bfloat16 with channels last, which is the best format of
processors that have it. All are run in turn. The figures are the least CPU time of each on one
thread, and their ratios. Memory is measured in a process of its own: the peak resident
memory, less what was resident after the import of torch. Content and style are noise, which costs
what pictures cost.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.optimizers.lbfgs import remembered
from tests.bench.steps import least_seconds, steps
from tests.bench.table import table

PRECISIONS = ("bf16", "float32")
HEADS = (
    "", "CPU s", "of the bare pass in float32", "of that in bf16, channels last",
    "MB above the import",
)  # fmt: skip


def main() -> None:
    """Prints a row for the bare passes and for a step in each precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=512, help="side of the picture in pixels")
    parser.add_argument("--rounds", type=int, default=5, help="timed steps")
    parser.add_argument("--steps-only", choices=PRECISIONS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.steps_only:
        print(_memory_mb(args.size, args.steps_only))
        return
    seconds = _measured_seconds(args.size, args.rounds)
    memory = {f"step in {one}": _memory_mb_of_a_process(args.size, one) for one in PRECISIONS}
    rows = []
    for name, least in seconds.items():
        ratios = (least / seconds[f"bare pass in {one}"] for one in ("float32", "bf16"))
        above = f"{memory[name]:.0f}" if name in memory else ""
        rows.append([name, f"{least:.3f}", *(f"{ratio:.3f}" for ratio in ratios), above])
    print(table(HEADS, rows))


def _measured_seconds(size: int, rounds: int) -> dict[str, float]:
    """The least CPU seconds of the bare passes, and of a step, by precision."""
    works: dict[str, Iterator[object]] = {
        f"bare pass in {one}": _bare_passes(size, one) for one in PRECISIONS
    }
    works |= {f"step in {one}": _steps(size, one) for one in PRECISIONS}
    return least_seconds(works, rounds)


def _bare_passes(size: int, precision: str) -> Iterator[None]:
    network, image = Backbone.load("vgg19"), torch.rand(1, 3, size, size)
    is_low = precision == "bf16"
    if is_low:
        network = network.to(memory_format=torch.channels_last)
        image = image.contiguous(memory_format=torch.channels_last)
    image.requires_grad_()
    while True:
        with torch.autocast("cpu", torch.bfloat16, enabled=is_low):
            total = network(image, ["relu5_1"])["relu5_1"].sum()
        total.backward()  # type: ignore[no-untyped-call]
        image.grad = None
        yield


def _steps(size: int, precision: str) -> Iterator[object]:
    return steps(Backbone.load("vgg19"), StylizeConfig(size=size, precision=precision))


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
