"""A dream within a painting: what it should see more of while style and content are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from style.backbones.backbone import Backbone
from style.dreams.from_text import objective_of
from style.dreams.objectives import Objective
from style.errors import ConfigError

DROWSY = 1e-3  # added to what is seen before and after, as what was not there has no ratio

Features = Mapping[str, torch.Tensor]


class PaintedDream:
    """An objective each of whose terms counts by how many times it has grown.

    So terms of any size weigh by their weights alone, and one that has grown gives way to the
    others and to the painting: the loss is the logarithm. `before`: what there is of each term in
    the picture in which it begins; `level`: the loss of one that has grown e times is minus this.
    Raises ConfigError for a term that is below zero there, of which there is no "how many times".
    """

    def __init__(self, wanted: Objective, before: Sequence[float], *, level: float = 1.0) -> None:
        self.wanted, self.before, self.level = wanted, before, level
        for term, seen in zip(wanted.terms, before, strict=True):
            if seen < 0:
                raise ConfigError(
                    f"dream has {term.name}, which is {seen:.3g} here: within a painting terms grow"
                    " from above zero; choose a layer that is rectified, or use hitsujun dream"
                )
        whole = sum(term.weight for term in wanted.terms)
        self._shares = [term.weight / whole for term in wanted.terms]

    @property
    def layers(self) -> frozenset[str]:
        """Whose features it needs."""
        return self.wanted.layers

    def loss(self, seen: Sequence[torch.Tensor]) -> torch.Tensor:
        """Minus the logarithm of the growth: the mean of the terms' by their weights.

        `seen`: what there is of each term, as `terms_of` gives it.
        """
        grown = [
            share * ((now + DROWSY) / (before + DROWSY)).clamp(min=DROWSY).log()
            for share, now, before in zip(self._shares, seen, self.before, strict=True)
        ]
        return -self.level * torch.stack(grown).sum()

    def state(self) -> dict[str, Any]:
        """All that it is, as JSON can hold it."""
        return {"objective": str(self.wanted), "before": self.before, "level": self.level}

    @classmethod
    def restored(cls, state: Mapping[str, Any], network: Backbone) -> PaintedDream:
        """The one that gave this state."""
        wanted = objective_of(state["objective"], network)
        return cls(wanted, state["before"], level=state["level"])


def terms_of(wanted: Objective, features: Features) -> list[torch.Tensor]:
    """What there is of each term in features by layer name."""
    return [term.measure(features[term.layer]) for term in wanted.terms]


def check_signs(wanted: Objective) -> None:
    """Raises ConfigError where a term is to shrink, as growth is measured by how many times."""
    for term in wanted.terms:
        if term.weight <= 0:
            raise ConfigError(
                f"dream has {term.name} with a minus; within a painting every term has a plus:"
                " leave it out, or use hitsujun dream"
            )
