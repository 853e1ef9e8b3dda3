"""The drawn grounds by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageChops

from data.suggestions import did_you_mean
from service.wallpapers.fields import (
    Generator,
    as_mask,
    clouds,
    grained,
    heights,
    small_size,
    smoothstep,
)
from service.wallpapers.landscapes import sumi, washi, yama
from service.wallpapers.palettes import Palette, mixed
from service.wallpapers.tilings import asanoha, kikko, seigaiha, shippo, tiled

GRAIN = 2.2  # standard deviation of the paper's grain, of 255
TILES = {"seigaiha": seigaiha, "asanoha": asanoha, "shippo": shippo, "kikko": kikko}
CELL = 0.185  # of the width, the side of a tile's cell
LANDSCAPES: dict[str, Callable[[Image.Image, Palette, Generator], Image.Image]] = {
    "washi": washi,
    "sumi": sumi,
    "yama": yama,
}
PATTERNS = (*TILES, *LANDSCAPES)


def drawn_pattern(
    name: str, size: tuple[int, int], palette: Palette, *, seed: int, is_calm: bool = True
) -> Image.Image:
    """A pattern as an RGB picture of `size` (width, height). The same seed gives the same pixels.

    `is_calm`: it is pale in the upper half, where clock and kanji stand; else it is equally strong
    everywhere. Raises ValueError for a name that is not one of PATTERNS.
    """
    if name not in PATTERNS:
        raise ValueError(
            f"no pattern {name!r}; available: {', '.join(PATTERNS)}{did_you_mean(name, PATTERNS)}"
        )
    generator = np.random.default_rng([seed, PATTERNS.index(name)])
    picture = _ground(size, palette, generator)
    if name in LANDSCAPES:
        picture = LANDSCAPES[name](picture, palette, generator)
    else:
        lines = tiled(TILES[name], size, round(CELL * size[0]))
        strength = as_mask(_strength(size, generator, is_calm=is_calm), size)
        picture.paste(palette.motif, mask=ImageChops.multiply(lines, strength))
    return grained(picture, generator, strength=GRAIN)


def _ground(size: tuple[int, int], palette: Palette, generator: Generator) -> Image.Image:
    """Paper: its colour, a little deeper towards the foot, with slow clouds."""
    small = small_size(size)
    depth = 0.24 * heights(small) ** 1.5 + 0.10 * clouds(small, generator, cells=2.0)
    picture = Image.new("RGB", size, palette.ground)
    picture.paste(mixed(palette.ground, palette.motif, 0.75), mask=as_mask(depth, size))
    return picture


def _strength(
    size: tuple[int, int], generator: Generator, *, is_calm: bool
) -> np.typing.NDArray[np.float64]:
    """How strongly lines are drawn, from 0 to 1: strong at the foot, faint above, in clouds."""
    small = small_size(size)
    if not is_calm:
        return np.ones(small[::-1])
    row = heights(small)
    foot, head = smoothstep(row, 0.50, 0.98), smoothstep(row, 0.30, 0.0)
    cloud = smoothstep(clouds(small, generator, cells=1.6), 0.25, 0.75)
    return np.asarray((0.14 + 0.78 * foot + 0.30 * head) * (0.45 + 0.55 * cloud))
