"""Smoothed features, for networks whose plain features give poor pictures.

Residual networks give feature maps with a few high peaks. Their Gram matrix is that of the peaks,
and the rest of the style is lost. Wang, Li and Vasconcelos, "Rethinking and Improving the
Robustness of Image Style Transfer" (SWAG, CVPR 2021), smooth the features by a softmax before they
compare them. We take the square root instead, for two reasons. Under losses that are relative to
their target, a softmax left a photograph as it was (EfficientNet-Lite0: `docs/backbones.md`). And
a root does not depend on how a picture is divided into tiles.
"""

from __future__ import annotations

import torch

OFFSET = 0.01  # features below it hardly change; larger = less smoothing


def smoothed(features: torch.Tensor) -> torch.Tensor:
    """The signed square root of features (1, C, h, w), as float32; its gradient is finite at 0."""
    root: torch.Tensor = (features.float().abs() + OFFSET).sqrt() - OFFSET**0.5
    return features.sign() * root
