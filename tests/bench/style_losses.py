"""What a step of the painting pays for each way of comparing styles, on VGG-19's five layers.

    python -m tests.bench.style_losses

CPU seconds on one thread, the least of some runs, of the loss of statistics that are there and of
its slope by them; the sums over a picture, which all have in common, are not counted.
"""

from __future__ import annotations

import time

import torch

from style.config.stylize import STYLE_LOSSES
from style.losses.functional import style_loss
from style.losses.statistics import Statistics, statistics

CHANNELS = (64, 128, 256, 512, 512)
RUNS = 5


def main() -> None:
    """Prints a row a loss."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    pairs = [
        tuple(statistics(torch.rand(1, width, 32, 32, generator=generator)) for _ in range(2))
        for width in CHANNELS
    ]
    print("| loss | CPU seconds a step |\n|---|---|")
    for name in STYLE_LOSSES:
        spent = min(_seconds(name, pairs) for _ in range(RUNS))
        print(f"| {name} | {spent:.4f} |", flush=True)


def _seconds(name: str, pairs: list[tuple[Statistics, ...]]) -> float:
    loss, begun = style_loss(name), time.process_time()
    for found, wanted in pairs:
        gram, mean = found.gram.requires_grad_(), found.mean.requires_grad_()
        torch.autograd.grad(loss(found, wanted), (gram, mean), allow_unused=True)
    return time.process_time() - begun


if __name__ == "__main__":
    main()
