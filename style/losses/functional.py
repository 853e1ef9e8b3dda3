"""What a stylized picture should keep and what it should take, as functions on features.

Each loss is relative to its target, so that layers and backbones of any scale weigh alike: weights
that make one network good would otherwise make another black.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional

from style.losses.statistics import Statistics
from style.losses.wasserstein import wasserstein_loss

EPSILON = 1e-8


StyleLoss = Callable[[Statistics, Statistics], torch.Tensor]


def style_loss(name: str) -> StyleLoss:
    """The loss of that name, of what is found against what is wanted: one of STYLE_LOSSES."""
    named: dict[str, StyleLoss] = {
        "gram": gram_loss, "covariance": covariance_loss, "wasserstein": wasserstein_loss,
    }  # fmt: skip
    return named[name]


def gram_loss(found: Statistics, wanted: Statistics) -> torch.Tensor:
    """Squared difference of the Gram matrices, over the wanted one's own."""
    return _relative(found.gram, wanted.gram)


def covariance_loss(found: Statistics, wanted: Statistics) -> torch.Tensor:
    """Squared differences of means and of covariances, each over the wanted one's own, halved.

    Matches the moments that a Gram matrix mixes apart from each other, in which it is steadier
    (Risser et al., arXiv 1701.08893).
    """
    means = _relative(found.mean, wanted.mean)
    return (means + _relative(found.covariance, wanted.covariance)) / 2


def content_loss(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Squared difference of features from those of the content, over the content's own."""
    return _relative(features.float(), target.float())


def variation_loss(image: torch.Tensor) -> torch.Tensor:
    """Mean squared difference of neighbouring pixels of (1, 3, H, W): total variation, L2."""
    across = (image[..., :, 1:] - image[..., :, :-1]).square().mean()
    down = (image[..., 1:, :] - image[..., :-1, :]).square().mean()
    return across + down


def _relative(found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    return functional.mse_loss(found, wanted) / (wanted.square().mean() + EPSILON)
