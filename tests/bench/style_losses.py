"""CPU seconds that each style loss takes in a step of the painting, on VGG-19's five layers.

    python -m tests.bench.style_losses

The least of RUNS runs on one thread, of the loss of given statistics and of its gradient with
respect to them. The statistics themselves cost the same for each loss and are not counted.
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
    """Prints a row for each loss."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    pairs = [
        tuple(statistics(torch.rand(1, width, 32, 32, generator=generator)) for _ in range(2))
        for width in CHANNELS
    ]
    print("| loss | CPU seconds a step |\n|---|---|")
    for name in STYLE_LOSSES:
        seconds = min(_seconds(name, pairs) for _ in range(RUNS))
        print(f"| {name} | {seconds:.4f} |", flush=True)


def _seconds(name: str, pairs: list[tuple[Statistics, ...]]) -> float:
    loss, start = style_loss(name), time.process_time()
    for measured, target in pairs:
        gram, mean = measured.gram.requires_grad_(), measured.mean.requires_grad_()
        torch.autograd.grad(loss(measured, target), (gram, mean), allow_unused=True)
    return time.process_time() - start


if __name__ == "__main__":
    main()
