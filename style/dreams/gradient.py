"""What is done to a gradient (1, 3, H, W) before a dream steps along it."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

EPSILON = 1e-12
BLURS = (0.5, 1.0, 2.0)  # widths, of the one asked for, whose mean a smoothed gradient is
LEAST_BAND = 8  # pixels of the shorter side, below which no band is split off


def unit(gradient: torch.Tensor) -> torch.Tensor:
    """Scaled so that a value's mean size is 1."""
    return gradient / (gradient.abs().mean() + EPSILON)


def banded(gradient: torch.Tensor, bands: int) -> torch.Tensor:
    """Fine and coarse detail of equal strength: each band of a Laplacian pyramid has norm 1.

    Mordvintsev's notebook (tensorflow/examples/tutorials/deepdream, 2016). With one band: as it is.
    """
    details: list[torch.Tensor] = []
    while len(details) < bands - 1 and min(gradient.shape[2:]) >= 2 * LEAST_BAND:
        coarse = functional.avg_pool2d(gradient, 2, ceil_mode=True, count_include_pad=False)
        details.append(gradient - _as_large(coarse, gradient))
        gradient = coarse
    found = _even(gradient)
    for detail in reversed(details):
        found = _as_large(found, detail) + _even(detail)
    return found


def blurred(gradient: torch.Tensor, width_px: float) -> torch.Tensor:
    """The mean of three Gaussian blurs around a width in pixels; 0: as it is."""
    if width_px <= 0:
        return gradient
    return torch.stack([_blur(gradient, share * width_px) for share in BLURS]).mean(dim=0)


def _blur(image: torch.Tensor, sigma: float) -> torch.Tensor:
    reach = min(math.ceil(3 * sigma), min(image.shape[2:]) - 1)
    places = torch.arange(-reach, reach + 1, device=image.device, dtype=image.dtype)
    weights = torch.exp(-places.square() / (2 * sigma**2))
    weights = (weights / weights.sum()).repeat(image.shape[1], 1)
    padded = functional.pad(image, (reach,) * 4, mode="reflect")
    across = functional.conv2d(padded, weights[:, None, None, :], groups=image.shape[1])
    return functional.conv2d(across, weights[:, None, :, None], groups=image.shape[1])


def _even(band: torch.Tensor) -> torch.Tensor:
    return band / (band.square().mean().sqrt() + EPSILON)


def _as_large(image: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(image, size=other.shape[2:], mode="bilinear", align_corners=False)
