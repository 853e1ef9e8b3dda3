"""The axes along which the colours of photographs vary independently of each other.

In sRGB the channels of a photograph nearly rise and fall together. A gradient step of the same size
in each channel therefore gives colours that no photograph has; along these axes it does not.
"""

from __future__ import annotations

import torch

# Lightness, then blue to yellow, then green to violet (rows: red, green, blue), each as long as its
# standard deviation, sRGB in [0, 1]. Measured by `python -m tests.bench.photograph_colors` on 1,000
# photographs, one of each class of ImageNet (EliSchwartz/imagenet-sample-images).
AXES = ((0.2591, 0.0920, 0.0253), (0.2659, -0.0011, -0.0522), (0.2683, -0.0877, 0.0273))


def correlated(values: torch.Tensor) -> torch.Tensor:
    """Values (N, 3, H, W) along the axes as red, green and blue, around 0.

    A lightness of 1 stays 1 in length; the other axes are shorter by their rarity in photographs.
    """
    axes = torch.tensor(AXES, device=values.device)
    return torch.einsum("ca,nahw->nchw", axes / axes.norm(dim=0).max(), values)
