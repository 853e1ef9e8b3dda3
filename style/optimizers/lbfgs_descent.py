"""Descent by L-BFGS, which keeps the best picture."""

from __future__ import annotations

import math

import torch

from style.errors import NotFinite
from style.optimizers.lbfgs import Lbfgs
from style.optimizers.optimizer import Minimisable, State, is_finite
from style.runs.progress import Losses

RESTARTS = 3  # at a scale; what is not finite still oftener is not due to the length of a step
FROM_CHECKPOINT = 2  # evaluations that a resumed descent has at least had


class LbfgsDescent:
    """Moves `pixels` (1, 3, H, W) down the loss by L-BFGS; ends at the best picture."""

    def __init__(self, pixels: torch.Tensor, loss: Minimisable) -> None:
        self.pixels, self.loss = pixels, loss
        self.optimizer = Lbfgs(loss.painted)
        self.best, self.best_total, self.total = pixels.detach().clone(), math.inf, math.inf
        self.best_losses = Losses()
        self.evaluations = self.restarts = 0

    def step(self) -> Losses:
        """As `Optimizer.step`."""
        losses = self.loss.evaluate(self.pixels)
        if not is_finite(losses, self.pixels):
            return self._restart()
        self.evaluations += 1
        self.total = losses["total"]
        if self.total < self.best_total:
            self.best, self.best_total = self.pixels.detach().clone(), self.total
            self.best_losses = losses
        assert self.pixels.grad is not None
        self.pixels.data.add_(self.optimizer.change(self.pixels.grad))
        return losses

    def _restart(self) -> Losses:
        """Starts again from the best picture after a step that was too long; returns its losses."""
        self.restarts += 1
        if not self.best_losses or self.restarts > RESTARTS:
            raise NotFinite
        self.pixels.data.copy_(self.best)
        self.total = self.best_total
        self.optimizer = Lbfgs(self.loss.painted)
        return self.best_losses

    def objective_changed(self) -> None:
        """The learnt curvature stays; the best picture so far was that of another loss."""
        self.best_total, self.best_losses = math.inf, Losses()
        self.optimizer.forget_last()

    def good_picture(self) -> torch.Tensor | None:
        """As `Optimizer.good_picture`."""
        return self.best if self.evaluations > 1 else None

    def finish(self) -> None:
        """The best picture, unless the last step has improved on it."""
        if self.total > self.best_total or not self.pixels.isfinite().all():
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
        self.best_losses = {"total": self.best_total} if math.isfinite(self.best_total) else {}
        self.evaluations = FROM_CHECKPOINT
        own = {name.removeprefix("lbfgs."): tensor for name, tensor in state.items()}
        self.optimizer.load_state_dict(own, self.pixels.device)
