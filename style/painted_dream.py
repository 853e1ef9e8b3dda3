"""A dream within a painting: what it should see more of while style and content are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from style.errors import ConfigError
from style.objectives import Objective

DROWSY = 1e-3  # added to what is seen before and after, as what was not there has no ratio

Features = Mapping[str, torch.Tensor]


class PaintedDream:
    """An objective each of whose terms counts by how many times it has grown.

    So terms of any size weigh by their weights alone, and one that has grown gives way to the
    others and to the painting: the loss is the logarithm. `before`: features of the picture in
    which it begins, by layer name; `level`: the loss of one that has grown e times is minus this.
    Raises ConfigError for a term that is below zero there, of which there is no "how many times".
    """

    def __init__(self, wanted: Objective, before: Features, *, level: float = 1.0) -> None:
        self.wanted, self.layers, self.level = wanted, wanted.layers, level
        self._before = [float(seen) for seen in self._seen(before)]
        for term, seen in zip(wanted.terms, self._before, strict=True):
            if seen < 0:
                raise ConfigError(
                    f"dream has {term.name}, which is {seen:.3g} here: within a painting terms grow"
                    " from above zero; choose a layer that is rectified, or use hitsujun dream"
                )
        whole = sum(term.weight for term in wanted.terms)
        self._shares = [term.weight / whole for term in wanted.terms]

    def loss(self, features: Features) -> torch.Tensor:
        """Minus the logarithm of the growth: the mean of the terms' by their weights."""
        grown = [
            share * ((seen + DROWSY) / (before + DROWSY)).clamp(min=DROWSY).log()
            for share, seen, before in zip(
                self._shares, self._seen(features), self._before, strict=True
            )
        ]
        return -self.level * torch.stack(grown).sum()

    def report(self, before: Features, after: Features) -> dict[str, Any]:
        """What there is of each term in two pictures, as JSON can hold it."""
        seen = [[float(value) for value in self._seen(features)] for features in (before, after)]
        return {"objective": str(self.wanted), "before": seen[0], "after": seen[1]}

    def _seen(self, features: Features) -> list[torch.Tensor]:
        return [term.measure(features[term.layer]) for term in self.wanted.terms]


def check_signs(wanted: Objective) -> None:
    """Raises ConfigError where a term is to shrink, as growth is measured by how many times."""
    for term in wanted.terms:
        if term.weight <= 0:
            raise ConfigError(
                f"dream has {term.name} with a minus; within a painting every term has a plus:"
                " leave it out, or use hitsujun dream"
            )
