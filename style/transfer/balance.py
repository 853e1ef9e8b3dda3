"""The weight of the content, found while painting: what is left of a photograph is set, not hoped.

How much a weight leaves depends on the photograph and on the style. So the error is measured: the
content loss relative to that of the style picture in the content's place, 0 for the photograph
untouched, 1 where nothing is left. The weight follows it to the error that a strength stands for.
The errors are those that another network sees (`seen_by_others`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

LEAST_ERROR, MOST_ERROR = 0.12, 0.72  # that the strengths 0 and 1 stand for
# The content loss of a painting, relative to the photograph's features, that another network sees:
# SEEN_FACTOR * own**SEEN_POWER. A painting's own network sees less, as the painting is optimised by
# it, and the more so the closer it is. Fitted to what VGG-16 sees of paintings by VGG-19 in eight
# pairs (0.27 to 0.86 of VGG-19's, 0.55 to 1.20 of VGG-16's; residuals of 9 %), and of the style
# pictures, of which VGG-16 sees 1.07 as much. Below LEAST_FITTED it is taken to be proportional.
SEEN_FACTOR, SEEN_POWER, LEAST_FITTED = 1.22, 0.58, 0.27
# The weight that the search begins with at the strength 1/2, and how much more it is at 0.
MIDDLE_WEIGHTS, WEIGHT_RATIO = {"gatys": 0.3, "neighbours": 0.05}, 30.0
EVERY = 5  # steps between two changes of the weight
SETTLED = 0.75  # fraction of the steps of a size after which the weight stays
GAIN = 4.0  # change of the weight's logarithm for an error of 1 too much; larger = it swings
MOST_CHANGE = 0.7  # of the weight's logarithm at once
LEAST_WEIGHT, MOST_WEIGHT = 1e-4, 1e2
TINY = 1e-6  # least loss of the style picture, which may be the content itself


def error_of(strength: float) -> float:
    """The error of the content that a strength in [0, 1] stands for."""
    return LEAST_ERROR + strength * (MOST_ERROR - LEAST_ERROR)


def first_weight(strength: float, method: str) -> float:
    """The content weight that the search begins with; neighbours keep the forms by themselves."""
    return MIDDLE_WEIGHTS[method] * math.pow(WEIGHT_RATIO, 1 - 2 * strength)


def seen_by_others(content_loss: float, of_styles: float) -> float:
    """The error of the content that another network sees, of a painting's own content loss.

    `of_styles`: the content loss of the style picture in the content's place.
    """
    fitted: float = SEEN_FACTOR * max(LEAST_FITTED, content_loss) ** SEEN_POWER
    return min(1.0, content_loss / LEAST_FITTED) * fitted / max(of_styles, TINY)


class Balance:
    """Leads the content's error to `target`; `weight` is the content weight now.

    `error` is the last that was measured, `followed` the last that the weight was set by.
    """

    def __init__(self, target: float, weight: float) -> None:
        self.target, self.weight = target, weight
        self.error: float | None = None
        self.followed: float | None = None

    def follow(self, step: int, steps: int, error: float) -> bool:
        """Takes the error before a step of a size, as others see it; whether the weight changed.

        `step` is from 1. As the picture answers slowly, the error is followed to where it is going.
        """
        self.error = error
        if step % EVERY or step > SETTLED * steps:
            return False
        going = 0.0 if self.followed is None or step == EVERY else error - self.followed
        self.followed = error
        change = max(-MOST_CHANGE, min(MOST_CHANGE, GAIN * (error + going - self.target)))
        weight = self.weight * math.exp(change)
        self.weight = max(LEAST_WEIGHT, min(MOST_WEIGHT, weight))
        return True

    def state_dict(self) -> dict[str, Any]:
        """Its whole state, as JSON can hold it."""
        return {
            "target": self.target, "weight": self.weight, "error": self.error,
            "followed": self.followed,
        }  # fmt: skip

    @classmethod
    def from_state_dict(cls, state: Mapping[str, Any]) -> Balance:
        """The balance that gave this state."""
        balance = cls(state["target"], state["weight"])
        balance.error, balance.followed = state["error"], state["followed"]
        return balance
