"""Adam, for what L-BFGS cannot follow; the picture is the mean of where it went."""

from __future__ import annotations

from collections.abc import Generator

import torch

from style.objective import Objective
from style.progress import Losses

BETAS = (0.9, 0.99)  # as crowsonkb/style-transfer-pytorch, which also averages
LOOKED_BACK = 0.1  # share of the steps that the mean looks back over; larger = calmer, staler
LONGEST = 100  # steps that it looks back over at most


def adam_descent(
    pixels: torch.Tensor, objective: Objective, *, steps: int, step_size: float
) -> Generator[Losses, None, None]:
    """Moves `pixels` down the objective by steps of `step_size` of white, within [0, 1].

    Ends at the exponentially weighted mean of its steps, in which their trembling cancels out.
    """
    optimizer = torch.optim.Adam([pixels], lr=step_size, betas=BETAS)
    decay = 1 - 1 / min(max(1.0, LOOKED_BACK * steps), LONGEST)
    mean = torch.zeros_like(pixels.data)
    for _ in range(steps):
        losses = objective.evaluated(pixels)
        optimizer.step()
        pixels.data.clamp_(0, 1)
        mean.lerp_(pixels.data, 1 - decay)
        yield losses
    pixels.data.copy_(mean / (1 - decay**steps))
