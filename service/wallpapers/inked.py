"""The ink on its ground: masks of what is written, the veil that makes it legible, and the tone."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageChops, ImageFilter

from service.wallpapers.contrast import LEAST_CONTRAST, least_contrast
from service.wallpapers.distances import distances
from service.wallpapers.fields import as_mask, clouds, small_size
from service.wallpapers.layout import Box
from service.wallpapers.palettes import Palette, mixed

Grey = npt.NDArray[np.uint8]

BLOCK_PX = 4  # side of the blocks in which contrast is measured
PLATEAU = 2.2  # how much farther than NEAR the veil is full, so that it is in the corners too
FADING = 0.055  # of the width, over which it fades from there
NEAR = 0.012  # of the width, that counts as around a stroke
VEILED = 0.2  # of the width, beyond which the veil has faded to less than 1 of 255
SOFT = 0.05  # of the width, standard deviation of the mist's edge
TONE = 0.13  # share of the ground in the ink where it is palest
MARGIN = 1.15  # of the least contrast, that the veil aims at
TRIES = 7  # halvings in the search for the weakest veil


@dataclass(frozen=True)
class Inked:
    """A finished picture, the least contrast measured in it, and the strength of its veil."""

    picture: Image.Image
    contrast: float
    veil: float


def inked(
    ground: Image.Image,
    mask: Image.Image,
    palette: Palette,
    *,
    seed: int,
    least_veil: float = 0.0,
    blur: float = 0.0,
) -> Inked:
    """Write on a picture: `mask` ("L", of its size) in the ink of the palette, with soft tones.

    Around the strokes the ground is veiled in the colour of the paper, as little as LEAST_CONTRAST
    needs but not less than `least_veil`, 0 to 1. With `blur`, a fraction of the width, the ground
    is out of focus there, so that it needs less of a veil. The contrast is that of the palest ink.
    """
    palest = mixed(palette.ink, palette.ground, TONE)
    blocks = mask.reduce(BLOCK_PX)
    near = _grown(np.asarray(blocks), math.ceil(NEAR * mask.width / BLOCK_PX))
    around = near > 0  # the blocks on strokes or within NEAR of them
    veil, mist = _veils(mask, blocks, near, soft=SOFT + 3 * blur)
    if blur:
        ground = Image.composite(_blurred(ground, blur * mask.width), ground, mist)

    def measured(picture: Image.Image) -> float:
        return least_contrast(picture, around, palest)

    # The mean of veiled pixels is the veiled mean: the search needs only the blocks.
    blocks, veil_blocks = ground.reduce(BLOCK_PX), veil.reduce(BLOCK_PX)
    strength = _weakest(lambda s: measured(_veiled(blocks, veil_blocks, palette, s)), least_veil)
    picture = _veiled(ground, veil, palette, strength)
    reached = measured(picture.reduce(BLOCK_PX))
    picture.paste(_ink(picture.size, palette, seed), mask=mask)
    return Inked(picture, reached, strength)


def _veiled(
    ground: Image.Image, veil: Image.Image, palette: Palette, strength: float
) -> Image.Image:
    """The ground with its paper's colour over it, where and as far as the veil is there."""
    picture = ground.copy()
    picture.paste(palette.ground, mask=veil.point(lambda value: round(value * strength)))
    return picture


def stamped(picture: Image.Image, box: Box, glyph: Image.Image, palette: Palette) -> Image.Image:
    """The picture with a seal: a square of vermilion with worn edges, `glyph` ("L") left free."""
    side = box.side
    shape = Image.new("L", (side, side))
    inner = max(1, side // 40)
    shape.paste(255, (inner, inner, side - inner, side - inner))
    shape = shape.filter(ImageFilter.GaussianBlur(side / 45)).point(lambda v: 255 * (v > 127))
    wear = clouds((side, side), np.random.default_rng(side), cells=14, octaves=2)
    worn = Image.fromarray(np.where(wear < 0.20, 60, 235).astype(np.uint8))
    glyph = glyph.resize((side * 3 // 4, side * 3 // 4), Image.Resampling.LANCZOS)
    place = (side - glyph.width) // 2
    shape.paste(0, (place, place), glyph)
    mask = ImageChops.multiply(shape, worn).filter(ImageFilter.GaussianBlur(0.6))
    result = picture.copy()
    result.paste(palette.seal, (box.left, box.top), mask)
    return result


def _weakest(measured: Callable[[float], float], least: float) -> float:
    """The weakest veil that reaches the contrast wanted, 1 where none does."""
    wanted = MARGIN * LEAST_CONTRAST
    if measured(least) >= wanted:
        return least
    low, high = least, 1.0
    for _ in range(TRIES):
        middle = (low + high) / 2
        low, high = (low, middle) if measured(middle) >= wanted else (middle, high)
    return high


def _grown(blocks: Grey, reach: int) -> Grey:
    """The largest value of the square of `reach` blocks around each, one axis after the other."""
    for axis in (0, 1):
        ends = [(reach, reach) if own == axis else (0, 0) for own in (0, 1)]
        blocks = sliding_window_view(np.pad(blocks, ends), 2 * reach + 1, axis).max(-1)
    return blocks


def _veils(
    mask: Image.Image, blocks: Image.Image, near: Grey, *, soft: float
) -> tuple[Image.Image, Image.Image]:
    """A veil that is full near the strokes, and a mist about them as soft as `soft`, of the width.

    Both are "L", of the mask's size. The veil fades with the distance, without an edge to be seen.
    `blocks`: the mask's, `near`: those grown.
    """
    spread = soft * mask.width / BLOCK_PX
    mist = Image.fromarray(near).point(_full)
    mist = mist.filter(ImageFilter.GaussianBlur(spread)).point(_raised)
    most = VEILED * mask.width / BLOCK_PX
    away = distances(np.asarray(blocks) > 0, most=most) / mask.width * BLOCK_PX
    close = np.exp(-(((away - PLATEAU * NEAR).clip(0) / FADING) ** 2))
    veil = np.maximum(close, np.asarray(mist) / 255)
    return as_mask(veil, mask.size), mist.resize(mask.size, Image.Resampling.BICUBIC)


def _full(value: int) -> int:
    return 255 if value else 0


def _raised(value: int) -> int:
    """So that a blurred shape is full again where it was full."""
    return min(255, round(1.7 * value))


def _blurred(picture: Image.Image, radius_px: float) -> Image.Image:
    """A Gaussian blur, computed at a quarter of the size."""
    small = picture.reduce(4).filter(ImageFilter.GaussianBlur(radius_px / 4))
    return small.resize(picture.size, Image.Resampling.BICUBIC)


def _ink(size: tuple[int, int], palette: Palette, seed: int) -> Image.Image:
    """Ink that is not equally thick everywhere."""
    generator = np.random.default_rng([seed, 77])
    tone = as_mask(clouds(small_size(size), generator, cells=5), size)
    ink = Image.new("RGB", size, palette.ink)
    ink.paste(mixed(palette.ink, palette.ground, TONE), mask=tone)
    return ink
