"""The protocols of an optimizer of pixels, and of the loss that it minimises."""

from __future__ import annotations

import math
from typing import Protocol

import torch

from style.runs.progress import Losses

State = dict[str, torch.Tensor]


class Minimisable(Protocol):
    """A loss of a picture (1, 3, H, W)."""

    painted: torch.Tensor | None  # (1, 1, H, W): 0 where the picture stays as it is; None: nowhere

    def evaluate(self, image: torch.Tensor) -> Losses:
        """The losses and their weighted `total`; the total's gradient is left in `image.grad`."""
        ...


def is_finite(losses: Losses, pixels: torch.Tensor) -> bool:
    """Whether the total loss and its gradient in `pixels.grad` are finite."""
    assert pixels.grad is not None
    return math.isfinite(losses["total"]) and bool(pixels.grad.isfinite().all())


class Optimizer(Protocol):
    """Moves a picture step by step; can be saved and resumed between two steps."""

    def step(self) -> Losses:
        """Evaluates once and moves the picture; returns the losses before the move.

        Raises NotFinite where the losses or the gradient are not finite.
        """
        ...

    def objective_changed(self) -> None:
        """From here on another loss is minimised."""
        ...

    def good_picture(self) -> torch.Tensor | None:
        """The best picture so far, after an error; None where it has not moved yet."""
        ...

    def finish(self) -> None:
        """Sets the picture to the result, after the last step."""
        ...

    def state_dict(self) -> State:
        """All that the next step needs, as tensors that no later step changes."""
        ...

    def load_state_dict(self, state: State) -> None:
        """Continues from what `state_dict` gave."""
        ...
