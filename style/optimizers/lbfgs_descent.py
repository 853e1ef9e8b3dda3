"""L-BFGS that keeps the best picture it has come to."""

from __future__ import annotations

import math

import torch

from style.optimizers.lbfgs import Lbfgs
from style.optimizers.optimizer import Minimisable, State
from style.runs.progress import Losses


class Descent:
    """Moves `pixels` (1, 3, H, W) down the objective by L-BFGS; keeps the best."""

    def __init__(self, pixels: torch.Tensor, objective: Minimisable) -> None:
        self.pixels, self.objective = pixels, objective
        self.optimizer = Lbfgs(objective.painted)
        self.best, self.best_total, self.total = pixels.detach().clone(), math.inf, math.inf

    def step(self) -> Losses:
        """As `Walk.step`."""
        losses = self.objective.evaluated(self.pixels)
        self.total = losses["total"]
        if self.total < self.best_total:
            self.best, self.best_total = self.pixels.detach().clone(), self.total
        if math.isfinite(self.total):
            assert self.pixels.grad is not None
            self.pixels.data.add_(self.optimizer.change(self.pixels.grad))
        else:  # a step too far: start again from the best
            self.pixels.data.copy_(self.best)
            self.optimizer = Lbfgs(self.objective.painted)
        return losses

    def anew(self) -> None:
        """What was learnt of the curvature stays; the best so far was that of another objective."""
        self.best_total = math.inf
        self.optimizer.forget_last()

    def end(self) -> None:
        """The best, or where the last step led from it."""
        if self.total > self.best_total:
            self.pixels.data.copy_(self.best)

    def state(self) -> State:
        """As `Walk.state`."""
        totals = torch.tensor([self.best_total, self.total], dtype=torch.float64)
        known = {f"lbfgs.{name}": tensor for name, tensor in self.optimizer.state().items()}
        return known | {"pixels": self.pixels.detach().clone(), "best": self.best, "totals": totals}

    def restore(self, state: State) -> None:
        """As `Walk.restore`."""
        self.pixels.data.copy_(state["pixels"])
        self.best = state["best"].to(self.pixels.device)
        self.best_total, self.total = state["totals"].tolist()
        own = {name.removeprefix("lbfgs."): tensor for name, tensor in state.items()}
        self.optimizer.restore(own, self.pixels.device)
