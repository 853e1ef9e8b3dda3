"""A dream within a painting: what the network should see more of while style and content stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from style.backbones.backbone import Backbone
from style.dreams.from_text import objective_of
from style.dreams.objectives import Objective
from style.errors import ConfigError

RATIO_FLOOR = 1e-3  # added to both values of a ratio, since there is no ratio to 0


class InnerDream:
    """An objective whose terms count by the ratio to their value where the dream started.

    The loss is minus the logarithm of the ratio. So terms of any magnitude count by their weights
    alone, and the gradient of a term shrinks as it grows, in favour of the others. `before`: the
    value of each term in the picture where the dream starts. `level`: a term that has grown e-fold
    has the loss -`level`. Raises ConfigError for a term that is negative there, as it has no ratio.
    """

    def __init__(
        self, objective: Objective, before: Sequence[float], *, level: float = 1.0
    ) -> None:
        self.objective, self.before, self.level = objective, before, level
        for term, value in zip(objective.terms, before, strict=True):
            if value < 0:
                raise ConfigError(
                    f"dream has {term.name}, which is {value:.3g} here: within a painting a term"
                    " must start at 0 or above; choose a layer after a ReLU, or use hitsujun dream"
                )
        total = sum(term.weight for term in objective.terms)
        self._weights = [term.weight / total for term in objective.terms]

    def loss(self, values: Sequence[torch.Tensor]) -> torch.Tensor:
        """The loss, a scalar, of the value of each term in a picture."""
        growth = [
            weight * ((value + RATIO_FLOOR) / (before + RATIO_FLOOR)).clamp(min=RATIO_FLOOR).log()
            for weight, value, before in zip(self._weights, values, self.before, strict=True)
        ]
        return -self.level * torch.stack(growth).sum()

    def state_dict(self) -> dict[str, Any]:
        """Its whole state, as JSON can hold it."""
        return {"objective": str(self.objective), "before": self.before, "level": self.level}

    @classmethod
    def from_state_dict(cls, state: Mapping[str, Any], backbone: Backbone) -> InnerDream:
        """The dream that gave this state."""
        objective = objective_of(state["objective"], backbone)
        return cls(objective, state["before"], level=state["level"])
