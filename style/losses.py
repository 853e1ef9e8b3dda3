"""What a stylized picture should keep and what it should take, as functions on features.

Each loss is relative to its target, so that layers and backbones of any scale weigh alike: weights
that make one network good would otherwise make another black.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from style.statistics import Statistics

EPSILON = 1e-8


def style_loss(found: Statistics, wanted: Statistics) -> torch.Tensor:
    """Squared difference of the Gram matrices, over the wanted one's own."""
    return functional.mse_loss(found.gram, wanted.gram) / (wanted.gram.square().mean() + EPSILON)


def content_loss(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Squared difference of features from those of the content, over the content's own."""
    target = target.float()
    return functional.mse_loss(features.float(), target) / (target.square().mean() + EPSILON)


def variation_loss(image: torch.Tensor) -> torch.Tensor:
    """Mean squared difference of neighbouring pixels of (1, 3, H, W): total variation, L2."""
    across = (image[..., :, 1:] - image[..., :, :-1]).square().mean()
    down = (image[..., 1:, :] - image[..., :-1, :]).square().mean()
    return across + down
