"""How a picture is moved down an objective."""

from __future__ import annotations

import math
from typing import Protocol

import torch

from style.lbfgs import Lbfgs
from style.objective import Objective
from style.progress import Losses

State = dict[str, torch.Tensor]


class Walk(Protocol):
    """Moves a picture a step at a time; may be left and gone on with from its state."""

    def step(self) -> Losses:
        """One evaluation, and the picture moved; the losses before it was."""
        ...

    def anew(self) -> None:
        """The objective is another from here on."""
        ...

    def end(self) -> None:
        """Leaves the picture as it is to be kept."""
        ...

    def state(self) -> State:
        """All that the next step needs; no later step changes it."""
        ...

    def restore(self, state: State) -> None:
        """Goes on from what `state` gave."""
        ...


class Descent:
    """Moves `pixels` (1, 3, H, W) down the objective by L-BFGS; keeps the best."""

    def __init__(self, pixels: torch.Tensor, objective: Objective) -> None:
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
