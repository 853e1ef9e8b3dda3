"""Smooth random fields, and colours from numbers: what every drawn style begins with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Field = npt.NDArray[np.float32]  # (H, W)
Pixels = npt.NDArray[np.float32]  # (H, W, 3), sRGB in [0, 1]
Color = tuple[float, float, float]


def noise(generator: np.random.Generator, side_px: int, *, grain_px: float) -> Field:
    """A field (side_px, side_px) with mean 0 and standard deviation 1, smooth over `grain_px`.

    It continues across opposite borders.
    """
    white = generator.standard_normal((side_px, side_px))
    field = ndimage.gaussian_filter(white, grain_px, mode="wrap")
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def grid(side_px: int) -> tuple[Field, Field]:
    """The y and the x of every pixel."""
    y, x = np.mgrid[:side_px, :side_px].astype(np.float32)
    return y, x


def color(hexadecimal: str) -> Color:
    """`"204080"` as sRGB in [0, 1]."""
    red, green, blue = (int(hexadecimal[n : n + 2], 16) / 255 for n in (0, 2, 4))
    return red, green, blue


def between(ground: Color | Pixels, ink: Color | Pixels, share: Field) -> Pixels:
    """`ground` where `share` is 0, `ink` where it is 1."""
    weight = np.clip(share, 0, 1)[..., None]
    return np.asarray(np.asarray(ground) * (1 - weight) + np.asarray(ink) * weight, np.float32)


def chosen(palette: Sequence[Color], numbers: npt.NDArray[np.integer]) -> Pixels:
    """The color of each number; numbers beyond the palette start again."""
    pixels: Pixels = np.asarray(palette, np.float32)[numbers % len(palette)]
    return pixels


def line(distance_px: Field, width_px: float | Field) -> Field:
    """1 within `width_px` / 2 of a line, 0 beyond, with a soft edge of one pixel."""
    return np.asarray(np.clip(width_px / 2 - distance_px + 0.5, 0, 1), np.float32)
