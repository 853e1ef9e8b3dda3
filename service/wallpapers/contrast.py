"""Contrast as WCAG 2 defines it, measured in the pixels around what is written."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from service.wallpapers.palettes import Color

LEAST_CONTRAST = 3.0  # of the ink to what lies around it: WCAG's AA for large text
BLACK_RATIO = 0.05  # light that a screen reflects, in the definition

_LEVELS = np.arange(256) / 255
LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)
WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green and blue in the luminance

Luminance = npt.NDArray[np.float64]


def luminance(pixels: npt.NDArray[np.uint8]) -> Luminance:
    """Relative luminance (...), 0 to 1, of sRGB pixels (..., 3)."""
    return np.asarray(sum(w * LINEAR[pixels[..., k]] for k, w in enumerate(WEIGHTS)))


def contrast(first: Color, second: Color) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    return float(_ratio(*(luminance(np.array(one, np.uint8)) for one in (first, second))))


def least_contrast(blocks: Image.Image, around: npt.NDArray[np.bool_], ink: Color) -> float:
    """The lowest contrast of `ink` to any block of a picture that is `around` what is written.

    `blocks`: RGB, each pixel the mean of a block, as an eye averages grain. `around`: (height,
    width). Infinity where nothing is around.
    """
    if not around.any():
        return float("inf")
    pixels = np.asarray(blocks)[around]
    return float(_ratio(luminance(pixels), luminance(np.array(ink, np.uint8))).min())


def _ratio(first: Luminance, second: Luminance) -> Luminance:
    lighter, darker = np.maximum(first, second), np.minimum(first, second)
    return np.asarray((lighter + BLACK_RATIO) / (darker + BLACK_RATIO))
