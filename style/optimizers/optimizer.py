"""What moves a picture down an objective, and what it asks of that objective."""

from __future__ import annotations

from typing import Protocol

import torch

from style.runs.progress import Losses

State = dict[str, torch.Tensor]


class Minimisable(Protocol):
    """An objective of a picture (1, 3, H, W)."""

    painted: torch.Tensor | None  # (1, 1, H, W): 0 where the picture stays as it is; None: nowhere

    def evaluated(self, image: torch.Tensor) -> Losses:
        """The losses by name and their weighted `total`; its gradient is left in `image.grad`."""
        ...


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
