"""How a gradient (1, 3, H, W) is processed before a dream steps along it."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

EPSILON = 1e-12  # added to divisors, which are 0 where the gradient is
BLUR_WIDTHS = (0.5, 1.0, 2.0)  # times the width asked for; the blurs are averaged
MIN_BAND_PX = 8  # least shorter side of the coarsest band


def normalized(gradient: torch.Tensor) -> torch.Tensor:
    """The gradient scaled to a mean absolute value of 1."""
    return gradient / (gradient.abs().mean() + EPSILON)


def with_equal_bands(gradient: torch.Tensor, bands: int) -> torch.Tensor:
    """The gradient with each band of its Laplacian pyramid scaled to a root mean square of 1.

    Fine and coarse detail become equally strong, as in Mordvintsev's notebook
    (tensorflow/examples/tutorials/deepdream, 2016). One band is the gradient itself, scaled. A
    picture too small for `bands` gets fewer.
    """
    details: list[torch.Tensor] = []
    while len(details) < bands - 1 and min(gradient.shape[2:]) >= 2 * MIN_BAND_PX:
        coarse = functional.avg_pool2d(gradient, 2, ceil_mode=True, count_include_pad=False)
        details.append(gradient - _upsampled(coarse, like=gradient))
        gradient = coarse
    total = _with_unit_rms(gradient)
    for detail in reversed(details):
        total = _upsampled(total, like=detail) + _with_unit_rms(detail)
    return total


def blurred(gradient: torch.Tensor, width_px: float) -> torch.Tensor:
    """The mean of three Gaussian blurs around a standard deviation of `width_px`; 0 for none."""
    if width_px <= 0:
        return gradient
    return torch.stack([_blurred_by(gradient, scale * width_px) for scale in BLUR_WIDTHS]).mean(
        dim=0
    )


def _blurred_by(image: torch.Tensor, sigma: float) -> torch.Tensor:
    """A separable Gaussian blur; borders are reflected."""
    radius = min(math.ceil(3 * sigma), min(image.shape[2:]) - 1)
    offsets = torch.arange(-radius, radius + 1, device=image.device, dtype=image.dtype)
    kernel = torch.exp(-offsets.square() / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).repeat(image.shape[1], 1)
    padded = functional.pad(image, (radius,) * 4, mode="reflect")
    across = functional.conv2d(padded, kernel[:, None, None, :], groups=image.shape[1])
    return functional.conv2d(across, kernel[:, None, :, None], groups=image.shape[1])


def _with_unit_rms(band: torch.Tensor) -> torch.Tensor:
    return band / (band.square().mean().sqrt() + EPSILON)


def _upsampled(image: torch.Tensor, *, like: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(image, size=like.shape[2:], mode="bilinear", align_corners=False)
