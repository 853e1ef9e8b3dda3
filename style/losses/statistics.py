"""What a style is: how a layer's channels go together over a picture, wherever they are.

Both parts are means over positions, weighted where a mask says so: the statistics of a picture are
the weighted mean of those of its tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn import functional

PART = 16_384  # rows that are widened to float32 at once
TINY = 1e-8  # positions of an empty region, so that its means are 0
STEADY = 1e-4  # of the mean variance, added to every one, as a root has no slope at 0


@dataclass(frozen=True)
class Statistics:
    """Of one layer: `gram` (C, C) and `mean` (C,), float32, over `positions` of its map.

    Where positions are weighted, `positions` is the sum of their weights.
    """

    gram: torch.Tensor
    mean: torch.Tensor
    positions: float

    @property
    def covariance(self) -> torch.Tensor:
        """(C, C)."""
        return self.gram - torch.outer(self.mean, self.mean)

    @cached_property
    def root(self) -> torch.Tensor:
        """The square root (C, C) of the steadied covariance, float64 where the device has it."""
        precise = torch.float32 if self.gram.device.type == "mps" else torch.float64
        values, vectors = torch.linalg.eigh(self.covariance.to(precise))
        values = values.clamp(min=0) + STEADY * values.mean()
        root: torch.Tensor = (vectors * values.sqrt()) @ vectors.T
        return root


def statistics(features: torch.Tensor, mask: torch.Tensor | None = None) -> Statistics:
    """Of features (1, C, h, w), where `mask` (1, 1, H, W) in [0, 1] says how much each counts.

    The Gram matrix is that of Gatys et al., arXiv 1508.06576, divided by the number of positions,
    so that the picture's size does not matter. A mask is of any size that covers the same picture.
    """
    channels, positions = features.shape[1], features.shape[2] * features.shape[3]
    # a view where channels are last
    rows = features.permute(0, 2, 3, 1).reshape(positions, channels)
    weights = None
    if mask is not None:
        weights = functional.interpolate(mask, size=features.shape[-2:], mode="area").reshape(-1, 1)
    gram, mean = _Moments.apply(rows, weights)
    return Statistics(gram, mean, float(_count(rows, weights)))


class _Moments(torch.autograd.Function):
    """The second and the first moment (C, C) and (C,) of rows (N, C), summed in float32.

    `weights` (N, 1) are those of the rows, None for alike. Autograd would keep the rows in float32;
    here they are widened a part at a time, and the gradient is computed as precisely as they are.
    """

    @staticmethod
    def forward(
        ctx: Any, rows: torch.Tensor, weights: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        ctx.save_for_backward(rows, weights)
        wide = torch.float64 if rows.dtype == torch.float64 else torch.float32
        with torch.autocast(rows.device.type, enabled=False):
            gram = rows.new_zeros(rows.shape[1], rows.shape[1], dtype=wide)
            mean = rows.new_zeros(rows.shape[1], dtype=wide)
            for start in range(0, len(rows), PART):
                part = rows[start : start + PART].to(wide)
                counted = part if weights is None else part * weights[start : start + PART]
                gram.addmm_(counted.T, part)
                mean += counted.sum(dim=0)
        count = _count(rows, weights) or 1  # of no rows they are 0
        return gram / count, mean / count

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gram: torch.Tensor, mean: torch.Tensor) -> tuple[torch.Tensor, None]:
        rows, weights = ctx.saved_tensors
        count = _count(rows, weights) or 1
        both = ((gram + gram.T) / count).to(rows.dtype)
        slope = torch.addmm((mean / count).to(rows.dtype), rows, both)
        return slope if weights is None else slope * weights.to(rows.dtype), None


def _count(rows: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor | int:
    return len(rows) if weights is None else weights.sum().clamp(min=TINY)


def pooled(parts: Sequence[Statistics], weights: Sequence[float]) -> Statistics:
    """The mean of several by their weights: tiles by their positions, styles by their share."""
    share = [weight / sum(weights) for weight in weights]
    gram = torch.stack([s * part.gram for s, part in zip(share, parts, strict=True)]).sum(dim=0)
    mean = torch.stack([s * part.mean for s, part in zip(share, parts, strict=True)]).sum(dim=0)
    return Statistics(gram, mean, sum(part.positions for part in parts))
