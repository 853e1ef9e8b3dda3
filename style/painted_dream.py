"""A dream within a painting: what it should see more of while style and content are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from style.objectives import Objective

DROWSY = 1e-3  # added to what is seen before and after, as what was not there has no ratio

Features = Mapping[str, torch.Tensor]


class PaintedDream:
    """An objective each of whose terms counts by how many times it has grown.

    So terms of any size weigh by their weights alone, and one that has grown gives way to the
    others and to the painting: the loss is the logarithm. `before`: features of the picture in
    which it begins, by layer name.
    """

    def __init__(self, wanted: Objective, before: Features) -> None:
        self.wanted, self.layers = wanted, wanted.layers
        whole = sum(term.weight for term in wanted.terms)
        self._shares = [term.weight / whole for term in wanted.terms]
        self._before = [float(seen) for seen in self._seen(before)]

    def loss(self, features: Features) -> torch.Tensor:
        """Minus the logarithm of the growth: the mean of the terms' by their weights."""
        grown = [
            share * ((seen + DROWSY) / (before + DROWSY)).clamp(min=DROWSY).log()
            for share, seen, before in zip(
                self._shares, self._seen(features), self._before, strict=True
            )
        ]
        return -torch.stack(grown).sum()

    def report(self, before: Features, after: Features) -> dict[str, Any]:
        """What there is of each term in two pictures, as JSON can hold it."""
        seen = [[float(value) for value in self._seen(features)] for features in (before, after)]
        return {"objective": str(self.wanted), "before": seen[0], "after": seen[1]}

    def _seen(self, features: Features) -> list[torch.Tensor]:
        return [term.measure(features[term.layer]) for term in self.wanted.terms]
