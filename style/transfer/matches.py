"""Which position of the styles each position of a picture should look like, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from style.losses.neighbours import cosine_distances
from style.transfer.extractor import Features
from style.transfer.style_rows import Reading

# A mask (1, 1, H, W) of the whole picture and a layer -> what of it lies over a part
MaskOfPart = Callable[[torch.Tensor, str], torch.Tensor]


@dataclass(frozen=True)
class PartMatches:
    """Of one view of one part: the number of each position's neighbour (N,), and its weight (N,).

    `weights` are the masks of the regions; None: all 1.
    """

    numbers: torch.Tensor
    weights: torch.Tensor | None


@dataclass(frozen=True)
class Matches:
    """The nearest neighbours of a picture, part by part.

    `directions` (M, C) of the styles' positions and `parts` are by view. `totals`: the sum of the
    weights of all positions.
    """

    reading: Reading
    directions: Mapping[str, torch.Tensor]
    parts: Sequence[Mapping[str, PartMatches]]
    totals: Mapping[str, float]

    def loss(self, features: Features, number: int) -> torch.Tensor:
        """What part `number` adds to the mean distance, by its own features."""
        losses = []
        for view, maps in self.reading.views(features).items():
            matched = self.parts[number][view]
            distances = cosine_distances(maps, self._directions(matched, view).to(maps))
            if matched.weights is not None:
                distances = distances * matched.weights.to(maps)
            losses.append(self.reading.weights[view] * distances.sum() / self.totals[view])
        return torch.stack(losses).sum()

    def _directions(self, matched: PartMatches, view: str) -> torch.Tensor:
        return self.directions[view][matched.numbers]
