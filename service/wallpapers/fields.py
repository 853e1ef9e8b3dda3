"""Smooth random fields and gradients as grey pictures, made small and enlarged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

Generator = np.random.Generator
Field = npt.NDArray[np.float64]

OCTAVES = 4  # of a cloud, each twice as fine and half as strong as the one before
LEAST_CELLS = 2
SMALL = 8  # a field is made at this fraction of the picture, and enlarged


def clouds(
    size: tuple[int, int], generator: Generator, *, cells: float, octaves: int = OCTAVES
) -> Field:
    """Smooth noise (height, width) from 0 to 1. `cells`: waves across the width."""
    width, height = size
    total = np.zeros((height, width))
    for octave in range(octaves):
        across = cells * 2**octave
        grid = (
            max(LEAST_CELLS, round(across * height / width)) + 1,
            max(LEAST_CELLS, round(across)) + 1,
        )
        knots = Image.fromarray(generator.random(grid).astype(np.float32))
        total += np.asarray(knots.resize(size, Image.Resampling.BICUBIC)) / 2**octave
    low, high = total.min(), total.max()
    return np.asarray((total - low) / max(high - low, 1e-9))


def small_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size at which a field for a picture of `size` is made."""
    return max(8, size[0] // SMALL), max(8, size[1] // SMALL)


def as_mask(field: Field, size: tuple[int, int]) -> Image.Image:
    """A field from 0 to 1 as a grey picture of `size`."""
    small = Image.fromarray((field.clip(0, 1) * 255).round().astype(np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def heights(size: tuple[int, int]) -> Field:
    """(height, width): 0 in the first row, 1 in the last."""
    return np.broadcast_to(np.linspace(0, 1, size[1])[:, None], (size[1], size[0]))


def smoothstep(values: Field, low: float, high: float) -> Field:
    """0 below `low`, 1 above `high`, smooth between; the other way where `high` is below."""
    done = ((values - low) / (high - low)).clip(0, 1)
    return np.asarray(done * done * (3 - 2 * done))


def grained(picture: Image.Image, generator: Generator, *, strength: float) -> Image.Image:
    """The picture with the grain of paper: noise of standard deviation `strength`, of 255."""
    width, height = picture.size
    noise = generator.standard_normal((height, width), np.float32) * np.float32(strength)
    pixels = np.asarray(picture.convert("RGB")).astype(np.int16)
    pixels += noise.round().astype(np.int16)[..., None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
