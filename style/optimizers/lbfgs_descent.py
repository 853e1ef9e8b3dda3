"""Descent by L-BFGS, which keeps the best picture."""

from __future__ import annotations

import math

import torch

from style.optimizers.lbfgs import Lbfgs
from style.optimizers.optimizer import Minimisable, State
from style.runs.progress import Losses


class LbfgsDescent:
    """Moves `pixels` (1, 3, H, W) down the loss by L-BFGS; ends at the best picture."""

    def __init__(self, pixels: torch.Tensor, loss: Minimisable) -> None:
        self.pixels, self.loss = pixels, loss
        self.optimizer = Lbfgs(loss.painted)
        self.best, self.best_total, self.total = pixels.detach().clone(), math.inf, math.inf

    def step(self) -> Losses:
        """As `Optimizer.step`."""
        losses = self.loss.evaluate(self.pixels)
        self.total = losses["total"]
        if self.total < self.best_total:
            self.best, self.best_total = self.pixels.detach().clone(), self.total
        if math.isfinite(self.total):
            assert self.pixels.grad is not None
            self.pixels.data.add_(self.optimizer.change(self.pixels.grad))
        else:  # the step was too long: start again from the best
            self.pixels.data.copy_(self.best)
            self.optimizer = Lbfgs(self.loss.painted)
        return losses

    def objective_changed(self) -> None:
        """The learnt curvature stays; the best picture so far was that of another loss."""
        self.best_total = math.inf
        self.optimizer.forget_last()

    def finish(self) -> None:
        """The best picture, unless the last step has improved on it."""
        if self.total > self.best_total:
            self.pixels.data.copy_(self.best)

    def state_dict(self) -> State:
        """As `Optimizer.state_dict`."""
        totals = torch.tensor([self.best_total, self.total], dtype=torch.float64)
        lbfgs = {f"lbfgs.{name}": tensor for name, tensor in self.optimizer.state_dict().items()}
        return lbfgs | {"pixels": self.pixels.detach().clone(), "best": self.best, "totals": totals}

    def load_state_dict(self, state: State) -> None:
        """As `Optimizer.load_state_dict`."""
        self.pixels.data.copy_(state["pixels"])
        self.best = state["best"].to(self.pixels.device)
        self.best_total, self.total = state["totals"].tolist()
        own = {name.removeprefix("lbfgs."): tensor for name, tensor in state.items()}
        self.optimizer.load_state_dict(own, self.pixels.device)
