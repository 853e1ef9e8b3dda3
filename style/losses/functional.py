"""Style, content, variation and temporal losses, pure functions on features and their statistics.

Each loss of features is relative to its target. Layers and backbones of any scale then count alike;
otherwise weights that suit one network would make the pictures of another black.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.function import once_differentiable
from torch.nn import functional

from style.losses.statistics import Statistics
from style.losses.wasserstein import wasserstein_loss

EPSILON = 1e-8  # added to the power of the target, which may be 0

StyleLoss = Callable[[Statistics, Statistics], torch.Tensor]  # of statistics and of their target


def style_loss(name: str) -> StyleLoss:
    """The style loss of a name: one of `style.config.stylize.STYLE_LOSSES`."""
    losses: dict[str, StyleLoss] = {
        "gram": gram_loss, "covariance": covariance_loss, "wasserstein": wasserstein_loss,
    }  # fmt: skip
    return losses[name]


def gram_loss(statistics: Statistics, target: Statistics) -> torch.Tensor:
    """Mean squared difference of the Gram matrices, relative to the target's."""
    return _relative(statistics.gram, target.gram)


def covariance_loss(statistics: Statistics, target: Statistics) -> torch.Tensor:
    """Mean squared differences of means and of covariances, each relative; half their sum.

    A Gram matrix mixes the two moments. Matched one by one they are more stable (Risser et al.,
    arXiv 1701.08893).
    """
    means = _relative(statistics.mean, target.mean)
    return (means + _relative(statistics.covariance, target.covariance)) / 2


def content_loss(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Mean squared difference of features from the content's, relative to the content's."""
    if features.dtype != torch.bfloat16:
        return _relative(features.float(), target.float())
    difference: torch.Tensor = _MeanSquare.apply(features, target)
    return difference / (_mean_square(target) + EPSILON)


def _mean_square(values: torch.Tensor) -> torch.Tensor:
    norm: torch.Tensor = torch.linalg.vector_norm(values, dtype=torch.float32)
    return norm.square() / values.numel()


class _MeanSquare(torch.autograd.Function):
    """The mean squared difference of tensors (...) of bfloat16, summed in float32.

    The gradient is of bfloat16, too. Torch's own takes eight times as long.
    """

    @staticmethod
    def forward(ctx: Any, values: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        difference = values - target
        ctx.save_for_backward(difference)
        return _mean_square(difference)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None]:
        (difference,) = ctx.saved_tensors
        return difference * (2 * grad / difference.numel()).to(difference.dtype), None


def variation_loss(image: torch.Tensor) -> torch.Tensor:
    """Mean squared difference of neighbouring pixels of (1, 3, H, W): total variation, L2."""
    across = (image[..., :, 1:] - image[..., :, :-1]).square().mean()
    down = (image[..., 1:, :] - image[..., :-1, :]).square().mean()
    return across + down


def temporal_loss(
    image: torch.Tensor, previous: torch.Tensor, certainty: torch.Tensor
) -> torch.Tensor:
    """Mean squared difference of (1, 3, H, W) from the frame before, weighted by `certainty`.

    `certainty` is (1, 1, H, W) in [0, 1] (Ruder et al., arXiv 1604.08610).
    """
    return ((image - previous).square() * certainty).mean()


def _relative(values: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return functional.mse_loss(values, target) / (target.square().mean() + EPSILON)
