"""The statistics of a style: Gram matrix, mean and covariance of a layer's features.

They describe which channels occur together, wherever in the picture. They are means over positions,
weighted where there is a mask. So the statistics of a picture are the weighted mean of those of its
tiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn import functional

ROWS_AT_ONCE = 16_384  # that are converted to float32; larger = more memory
# Rows of bfloat16 that are multiplied in one piece, whose products are then added in float32. Each
# product is rounded, so more pieces are more exact: 16 leave a quarter of the error of the rows.
ROWS_OF_PIECE = 1024
TINY = 1e-8  # least sum of weights: the means of an empty region are then 0
# Of the mean variance, added to each variance, as the gradient of a square root is infinite at 0.
RIDGE = 1e-4


@dataclass(frozen=True)
class Statistics:
    """The statistics of one layer.

    `gram` (C, C) and `mean` (C,), float32, are means over `positions` of its feature map. Where
    positions are weighted, `positions` is the sum of their weights.
    """

    gram: torch.Tensor
    mean: torch.Tensor
    positions: float

    @property
    def covariance(self) -> torch.Tensor:
        """(C, C)."""
        return self.gram - torch.outer(self.mean, self.mean)

    @cached_property
    def covariance_root(self) -> torch.Tensor:
        """The matrix square root (C, C) of the covariance with RIDGE; float64, on MPS float32."""
        dtype = torch.float32 if self.gram.device.type == "mps" else torch.float64
        values, vectors = torch.linalg.eigh(self.covariance.to(dtype))
        values = values.clamp(min=0) + RIDGE * values.mean()
        root: torch.Tensor = (vectors * values.sqrt()) @ vectors.T
        return root


def statistics(features: torch.Tensor, mask: torch.Tensor | None = None) -> Statistics:
    """The statistics of features (1, C, h, w).

    The Gram matrix is that of Gatys et al., arXiv 1508.06576, divided by the number of positions,
    so that the size of the picture does not matter. `mask` (1, 1, H, W) in [0, 1] weights the
    positions; it is of any size, and covers the same picture.
    """
    channels, positions = features.shape[1], features.shape[2] * features.shape[3]
    rows = features.permute(0, 2, 3, 1).reshape(positions, channels)  # a view of channels-last
    weights = None
    if mask is not None:
        weights = functional.interpolate(mask, size=features.shape[-2:], mode="area").reshape(-1, 1)
    gram, mean = _Moments.apply(rows, weights)
    return Statistics(gram, mean, float(_sum_of_weights(rows, weights)))


class _Moments(torch.autograd.Function):
    """The second moment (C, C) and the first moment (C,) of rows (N, C), summed in float32.

    `weights` (N, 1) are those of the rows; None where all count alike. Autograd would save all rows
    in float32. Here only some rows at a time are converted, few of them where they are bfloat16
    without weights, and the gradient is computed in the precision of the rows.
    """

    @staticmethod
    def forward(
        ctx: Any, rows: torch.Tensor, weights: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        ctx.save_for_backward(rows, weights)
        ctx.set_materialize_grads(False)
        dtype = torch.float64 if rows.dtype == torch.float64 else torch.float32
        with torch.autocast(rows.device.type, enabled=False):
            gram = rows.new_zeros(rows.shape[1], rows.shape[1], dtype=dtype)
            mean = rows.new_zeros(rows.shape[1], dtype=dtype)
            for start in range(0, len(rows), ROWS_AT_ONCE):
                some = rows[start : start + ROWS_AT_ONCE]
                own = None if weights is None else weights[start : start + ROWS_AT_ONCE]
                _add_moments(gram, mean, some, own)
        total = _sum_of_weights(rows, weights) or 1  # without rows the moments are 0
        return gram / total, mean / total

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, grad_gram: torch.Tensor | None, grad_mean: torch.Tensor | None
    ) -> tuple[torch.Tensor, None]:
        rows, weights = ctx.saved_tensors
        total = _sum_of_weights(rows, weights) or 1
        if grad_gram is None:
            grad_gram = rows.new_zeros(rows.shape[1], rows.shape[1])
        symmetric = ((grad_gram + grad_gram.T) / total).to(rows.dtype)
        if grad_mean is None:  # as for Gram matrices alone: there is less to write
            grad_rows = rows @ symmetric
        else:
            grad_rows = torch.addmm((grad_mean / total).to(rows.dtype), rows, symmetric)
        return grad_rows if weights is None else grad_rows * weights.to(rows.dtype), None


def _add_moments(
    gram: torch.Tensor, mean: torch.Tensor, rows: torch.Tensor, weights: torch.Tensor | None
) -> None:
    """Add the moments of some rows to `gram` and `mean`, in their precision."""
    if rows.dtype == torch.bfloat16 and weights is None:
        whole = len(rows) - len(rows) % ROWS_OF_PIECE
        pieces, rows = rows[:whole].view(-1, ROWS_OF_PIECE, rows.shape[1]), rows[whole:]
        gram += torch.bmm(pieces.transpose(1, 2), pieces).sum(dim=0, dtype=gram.dtype)
        mean += pieces.sum(dim=(0, 1), dtype=mean.dtype)
    rows = rows.to(gram.dtype)
    weighted = rows if weights is None else rows * weights
    gram.addmm_(weighted.T, rows)
    mean += weighted.sum(dim=0)


def _sum_of_weights(rows: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor | int:
    return len(rows) if weights is None else weights.sum().clamp(min=TINY)


def pooled(parts: Sequence[Statistics], weights: Sequence[float]) -> Statistics:
    """The weighted mean of several statistics.

    `weights`: of tiles their positions, of styles their style weights; only their ratio matters.
    """
    weights = [weight / sum(weights) for weight in weights]
    weighted = list(zip(weights, parts, strict=True))
    gram = torch.stack([weight * part.gram for weight, part in weighted]).sum(dim=0)
    mean = torch.stack([weight * part.mean for weight, part in weighted]).sum(dim=0)
    return Statistics(gram, mean, sum(part.positions for part in parts))
