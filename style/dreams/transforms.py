"""How the picture is shaken before the network sees it.

What excites a channel only at one position, angle and size is mostly noise that fits the network's
strides. What still does so after a small random shift, turn and change of size is a shape (Olah,
Mordvintsev and Schubert, "Feature Visualization", Distill 2017, "Transformation Robustness").
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional

SHIFT = 1 / 12  # largest shift, as a fraction of the picture's side
TURN_DEGREES = 15.0  # largest
SCALE = 1.2  # largest change of size, up or down


def shaken(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The pictures (N, 3, H, W), each shifted, turned and scaled at random; borders reflect."""
    matrices = torch.stack([_matrix(generator) for _ in pictures]).to(pictures)
    grid = functional.affine_grid(matrices, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)


def _matrix(generator: torch.Generator) -> torch.Tensor:
    """A random affine map (2, 3) from places of the result to places of the picture.

    Both are in [-1, 1], so that a shift of a fraction of the side is twice that fraction.
    """
    turn, size, right, down = (2 * torch.rand(4, generator=generator) - 1).tolist()
    angle, scale = math.radians(TURN_DEGREES * turn), SCALE**size
    cosine, sine = scale * math.cos(angle), scale * math.sin(angle)
    return torch.tensor([[cosine, -sine, 2 * SHIFT * right], [sine, cosine, 2 * SHIFT * down]])
