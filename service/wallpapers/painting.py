"""A wallpaper whose ground is painted: by the style engine, or at once in a fast style."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from service.wallpapers.compose import Composition, Drawing, ground_of, repainted
from service.wallpapers.design import Design
from service.wallpapers.palettes import Palette
from service.wallpapers.patterns import drawn_pattern
from style.pictures.files import scaled

FAST_PX = 1280  # longest side that a fast style paints: time and memory grow with the area
DETAIL = 0.55  # share of the ground's fine detail that the enlarged painting gets back
DETAIL_PX = 0.004  # of the width: what is finer than this counts as detail


def painted(
    design: Design,
    drawing: Drawing,
    ground: Image.Image,
    palette: Palette,
    paint: Callable[[Image.Image], Image.Image],
    *,
    size: int,
) -> Composition:
    """The ground of a composition as `paint` paints it, with the kanji sharp and legible on it.

    It is painted with `size` pixels at its longest side and enlarged; part of the detail that this
    loses comes from `ground` (RGB).
    """
    painting = paint(scaled(ground, size)).convert("RGB")
    return repainted(design, drawing, _enlarged(painting, ground), palette)


def fast_painted(
    design: Design, drawing: Drawing, fast: str, *, photo: Image.Image | None = None
) -> Composition:
    """A wallpaper with its ground in a fast style or a blend, at once and without torch.

    Raises ConfigError and WeightsMissing as `style.fast` does.
    """
    from style.fast import FastStyle, paint
    from style.fast.network import SERVICE_THREADS

    ground, palette = ground_of(design, photo=photo)
    network = FastStyle.load(threads=SERVICE_THREADS)
    painting = paint(ground, fast, size=FAST_PX, network=network)
    return repainted(design, drawing, painting, palette)


def style_picture(name: str, palette: Palette, *, longest_px: int, seed: int) -> Image.Image:
    """A drawn pattern to take the style from: equally strong everywhere, in a phone's shape."""
    size = (max(64, longest_px * 9 // 20), longest_px)
    return drawn_pattern(name, size, palette, seed=seed, is_calm=False)


def _enlarged(painting: Image.Image, ground: Image.Image) -> Image.Image:
    """The painting at the size of the ground, with part of its fine detail."""
    large = painting.resize(ground.size, Image.Resampling.BICUBIC)
    blurred = ground.filter(ImageFilter.GaussianBlur(DETAIL_PX * ground.width))
    detail = np.asarray(ground).astype(np.int16) - np.asarray(blurred)
    pixels = np.asarray(large) + np.round(detail * np.float32(DETAIL)).astype(np.int16)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
