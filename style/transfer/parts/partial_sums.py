"""What the losses are taken from, as sums over the parts of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from style.losses.statistics import Statistics, pooled

Key = tuple[int, str]  # the number of a target, and a layer
Seen = tuple[torch.Tensor, int]  # a mean over positions, and how many they are


@dataclass(frozen=True)
class Sums:
    """Of a part or of the whole: statistics, the content's loss, and each term of a dream."""

    moments: dict[Key, Statistics]
    content: torch.Tensor
    terms: list[Seen]

    @classmethod
    def of(cls, parts: Sequence[Sums]) -> Sums:
        """Of the whole, of those of its parts."""
        return cls(
            whole([part.moments for part in parts]),
            torch.stack([part.content for part in parts]).sum(),
            [_mean(seen) for seen in zip(*(part.terms for part in parts), strict=True)],
        )


@dataclass(frozen=True)
class Pulls:
    """The slopes of the losses, a position, by the whole's moments and by each term's mean."""

    moments: dict[Key, tuple[torch.Tensor, torch.Tensor]]
    terms: list[float]


def whole(parts: Sequence[dict[Key, Statistics]]) -> dict[Key, Statistics]:
    """The statistics of the whole, of those of its parts."""
    found = {key: [part[key] for part in parts] for key in parts[0]}
    return {key: pooled(every, [one.positions for one in every]) for key, every in found.items()}


def _mean(parts: Sequence[Seen]) -> Seen:
    positions = sum(count for _, count in parts)
    return torch.stack([count / positions * mean for mean, count in parts]).sum(), positions
