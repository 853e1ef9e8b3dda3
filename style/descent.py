"""How a picture is moved down an objective."""

from __future__ import annotations

import math
from collections.abc import Generator

import torch

from style.lbfgs import Lbfgs
from style.objective import Objective
from style.progress import Losses


def descent(
    pixels: torch.Tensor, objective: Objective, *, steps: int
) -> Generator[Losses, None, None]:
    """Moves `pixels` down the objective by L-BFGS, one evaluation a step; keeps the best."""
    optimizer = Lbfgs(moving=objective.painted)
    best, best_total = pixels.detach().clone(), math.inf
    losses = Losses()
    for _ in range(steps):
        losses = objective.evaluated(pixels)
        if losses["total"] < best_total:
            best, best_total = pixels.detach().clone(), losses["total"]
        if math.isfinite(losses["total"]):
            assert pixels.grad is not None
            pixels.data.add_(optimizer.change(pixels.grad))
        else:  # a step too far: start again from the best
            pixels.data.copy_(best)
            optimizer = Lbfgs(moving=objective.painted)
        yield losses
    if losses["total"] > best_total:
        pixels.data.copy_(best)
