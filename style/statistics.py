"""What a style is: how a layer's channels go together over a picture, wherever they are.

Both parts are means over positions, so that the statistics of a picture are the weighted mean of
those of its tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch.autograd.function import once_differentiable

PART = 16_384  # rows that are widened to float32 at once
STEADY = 1e-4  # of the mean variance, added to every one, as a root has no slope at 0


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

    @cached_property
    def root(self) -> torch.Tensor:
        """The square root (C, C) of the steadied covariance, float64 where the device has it."""
        precise = torch.float32 if self.gram.device.type == "mps" else torch.float64
        values, vectors = torch.linalg.eigh(self.covariance.to(precise))
        values = values.clamp(min=0) + STEADY * values.mean()
        root: torch.Tensor = (vectors * values.sqrt()) @ vectors.T
        return root


def statistics(features: torch.Tensor) -> Statistics:
    """Of features (1, C, h, w).

    The Gram matrix is that of Gatys et al., arXiv 1508.06576, divided by the number of positions,
    so that the picture's size does not matter.
    """
    channels, positions = features.shape[1], features.shape[2] * features.shape[3]
    # a view where channels are last
    rows = features.permute(0, 2, 3, 1).reshape(positions, channels)
    gram, mean = _Moments.apply(rows)
    return Statistics(gram, mean, positions)


class _Moments(torch.autograd.Function):
    """The second and the first moment (C, C) and (C,) of rows (N, C), summed in float32.

    Autograd would keep the rows in float32; here they are widened a part at a time, and the
    gradient is computed as precisely as the rows are.
    """

    @staticmethod
    def forward(ctx: Any, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        ctx.save_for_backward(rows)
        wide = torch.float64 if rows.dtype == torch.float64 else torch.float32
        with torch.autocast(rows.device.type, enabled=False):
            gram = rows.new_zeros(rows.shape[1], rows.shape[1], dtype=wide)
            total = rows.new_zeros(rows.shape[1], dtype=wide)
            for part in rows.split(PART):  # type: ignore[no-untyped-call]
                part = part.to(wide)
                gram.addmm_(part.T, part)
                total += part.sum(dim=0)
        return gram / len(rows), total / len(rows)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gram: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
        (rows,) = ctx.saved_tensors
        both = ((gram + gram.T) / len(rows)).to(rows.dtype)
        return torch.addmm((mean / len(rows)).to(rows.dtype), rows, both)


def pooled(parts: Sequence[Statistics], weights: Sequence[float]) -> Statistics:
    """The mean of several by their weights: tiles by their positions, styles by their share."""
    share = [weight / sum(weights) for weight in weights]
    gram = torch.stack([s * part.gram for s, part in zip(share, parts, strict=True)]).sum(dim=0)
    mean = torch.stack([s * part.mean for s, part in zip(share, parts, strict=True)]).sum(dim=0)
    return Statistics(gram, mean, sum(part.positions for part in parts))
