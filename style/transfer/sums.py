"""What the losses are computed from, as sums over the positions of a picture or of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch

from style.losses.statistics import Statistics, pooled

Key = tuple[int, str]  # the number of a region, and a layer


class WeightedMean(NamedTuple):
    """A mean over positions, and how many positions."""

    mean: torch.Tensor
    positions: int


@dataclass(frozen=True)
class PartialSums:
    """Of a picture or of one of its parts.

    `statistics`: Gram matrix and mean by region and layer. `content`: the content loss, a scalar,
    which is a sum over positions. `dream`: one mean for each term of the dream. `matched`: the
    distance to the nearest neighbours, a sum over positions; None for a style of statistics.
    """

    statistics: Mapping[Key, Statistics]
    content: torch.Tensor
    dream: Sequence[WeightedMean]
    matched: torch.Tensor | None = None

    @classmethod
    def of(cls, parts: Sequence[PartialSums]) -> PartialSums:
        """The sums of the whole, from those of its parts."""
        return cls(
            whole_statistics([part.statistics for part in parts]),
            torch.stack([part.content for part in parts]).sum(),
            [_mean(means) for means in zip(*(part.dream for part in parts), strict=True)],
            _sum([part.matched for part in parts if part.matched is not None]),
        )

    def tensors(self) -> list[torch.Tensor]:
        """In the order that `with_tensors` takes: Gram matrices with means, content, dream."""
        moments = [t for one in self.statistics.values() for t in (one.gram, one.mean)]
        matched = [] if self.matched is None else [self.matched]
        return [*moments, self.content, *(one.mean for one in self.dream), *matched]

    def with_tensors(self, tensors: Sequence[torch.Tensor]) -> PartialSums:
        """These sums with other tensors: leaves of a graph, or gradients."""
        rest = iter(tensors)
        statistics = {
            key: Statistics(next(rest), next(rest), one.positions)
            for key, one in self.statistics.items()
        }
        content = next(rest)
        dream = [WeightedMean(next(rest), one.positions) for one in self.dream]
        return PartialSums(statistics, content, dream, next(rest, None))


def whole_statistics(parts: Sequence[Mapping[Key, Statistics]]) -> dict[Key, Statistics]:
    """The statistics of the whole, from those of its parts."""
    by_key = {key: [part[key] for part in parts] for key in parts[0]}
    return {key: pooled(every, [one.positions for one in every]) for key, every in by_key.items()}


def _sum(parts: Sequence[torch.Tensor]) -> torch.Tensor | None:
    return torch.stack(list(parts)).sum() if parts else None


def _mean(parts: Sequence[WeightedMean]) -> WeightedMean:
    positions = sum(part.positions for part in parts)
    means = [part.positions / positions * part.mean for part in parts]
    return WeightedMean(torch.stack(means).sum(), positions)
