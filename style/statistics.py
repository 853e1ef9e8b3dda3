"""What a style is: how a layer's channels go together over a picture, wherever they are.

Both parts are means over positions, so that the statistics of a picture are the weighted mean of
those of its tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Statistics:
    """Of one layer: `gram` (C, C) and `mean` (C,), float32, over `positions` of its map."""

    gram: torch.Tensor
    mean: torch.Tensor
    positions: int

    @property
    def covariance(self) -> torch.Tensor:
        """(C, C)."""
        return self.gram - torch.outer(self.mean, self.mean)


def statistics(features: torch.Tensor) -> Statistics:
    """Of features (1, C, h, w).

    The Gram matrix is that of Gatys et al., arXiv 1508.06576, divided by the number of positions,
    so that the picture's size does not matter.
    """
    flat = features.float().flatten(2)[0]
    positions = flat.shape[1]
    return Statistics(flat @ flat.T / positions, flat.mean(dim=1), positions)


def pooled(parts: Sequence[Statistics], weights: Sequence[float]) -> Statistics:
    """The mean of several by their weights: tiles by their positions, styles by their share."""
    share = [weight / sum(weights) for weight in weights]
    gram = torch.stack([s * part.gram for s, part in zip(share, parts, strict=True)]).sum(dim=0)
    mean = torch.stack([s * part.mean for s, part in zip(share, parts, strict=True)]).sum(dim=0)
    return Statistics(gram, mean, sum(part.positions for part in parts))
