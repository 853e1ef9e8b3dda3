"""Drawn grounds that do not repeat: paper with fibres, a wash of ink, mountains in mist."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from service.wallpapers.fields import (
    Field,
    Generator,
    as_mask,
    clouds,
    heights,
    small_size,
    smoothstep,
)
from service.wallpapers.palettes import Palette, mixed

FIBRES = 1050  # of washi, in each square as wide as the picture
FLAKES = 70  # of leaf metal, in each such square
FINER = 4  # times that the sun is drawn larger, and then scaled down
BLACK = (0, 0, 0)
RIDGES = 5  # of mountains, from the farthest to the nearest


def washi(picture: Image.Image, palette: Palette, generator: Generator) -> Image.Image:
    """Paper of long fibres, with flakes of leaf metal at its lower edge."""
    width, height = picture.size
    squares, thickness = height / width, max(1, round(width / 1000))
    layer = Image.new("L", picture.size)
    draw = ImageDraw.Draw(layer)
    for _ in range(round(FIBRES * squares)):
        points = _fibre(width, height, generator)
        draw.line(points, fill=int(generator.integers(25, 80)), width=thickness, joint="curve")
    picture = _painted(picture, mixed(palette.motif, palette.ink, 0.25), layer)
    flakes = Image.new("L", picture.size)
    draw = ImageDraw.Draw(flakes)
    for _ in range(round(FLAKES * squares)):
        draw.polygon(_flake(width, height, generator), fill=int(generator.integers(110, 230)))
    return _painted(picture, palette.motif, flakes)


def _fibre(width: int, height: int, generator: Generator) -> list[tuple[float, float]]:
    """A curved line of about 3 % of the width."""
    start = generator.random(2) * (width, height)
    angle = generator.uniform(0, 2 * np.pi)
    turns = np.cumsum(generator.normal(0, 0.35, 7))
    steps = 0.006 * width * np.column_stack([np.cos(angle + turns), np.sin(angle + turns)])
    return [(float(x), float(y)) for x, y in start + np.cumsum(steps, axis=0)]


def _flake(width: int, height: int, generator: Generator) -> list[tuple[float, float]]:
    """A small angular shape; most lie near the lower edge, some near the upper one."""
    is_above = generator.random() < 0.25
    y = abs(generator.normal(0, 0.11 if is_above else 0.16)) * height
    middle = np.array([generator.random() * width, y if is_above else height - y])
    size = width * 0.011 * generator.lognormal(-0.4, 0.6)
    angles = np.sort(generator.uniform(0, 2 * np.pi, 5))
    corners = middle + size * np.column_stack([np.cos(angles), np.sin(angles)])
    return [(float(x), float(y)) for x, y in corners]


def sumi(picture: Image.Image, palette: Palette, generator: Generator) -> Image.Image:
    """A wash of thin ink that has run, darker along its edges and towards the foot."""
    size = small_size(picture.size)
    for cells, share, low in ((1.3, 0.50, 0.50), (2.2, 0.42, 0.58)):
        noise = clouds(size, generator, cells=cells) + 0.62 * heights(size) - 0.30
        wash = smoothstep(noise, low, low + 0.16)
        edge = 4 * wash * (1 - wash)
        tone = clouds(size, generator, cells=2.5, octaves=3)
        density = share * wash * (0.45 + 0.55 * tone) + 0.16 * edge
        color = mixed(palette.motif, palette.ink, 0.15)
        picture = _painted(picture, color, as_mask(density, picture.size))
    return picture


def yama(picture: Image.Image, palette: Palette, generator: Generator) -> Image.Image:
    """Ridges of mountains, one behind the other, each with mist at its foot; and a pale sun."""
    width, height = picture.size
    picture = _painted(picture, palette.seal, _sun(picture.size))
    darkest = mixed(palette.ground, BLACK, 0.6) if palette.is_dark else palette.ink
    for number in range(RIDGES):
        nearness = number / (RIDGES - 1)
        top = height * (0.50 + 0.105 * number)
        line = top + height * _ridge(width, generator, 0.085 - 0.03 * nearness)
        depth = height * (0.22 + 0.12 * nearness)
        rows = np.arange(height, dtype=np.float32)[:, None]
        below = (rows - line[None].astype(np.float32)).clip(-1, None)
        mist = (1 - below / np.float32(depth)).clip(0.25 if number == RIDGES - 1 else 0, 1)
        density = (below + 1).clip(0, 1) * mist * np.float32(0.30 + 0.62 * nearness)
        color = mixed(palette.motif, darkest, 0.62 * nearness**2)
        layer = Image.fromarray((density * 255).astype(np.uint8))
        picture = _painted(picture, color, layer)
    return picture


def _ridge(width: int, generator: Generator, tallness: float) -> Field:
    """Offsets (width,) of a ridge around 0, sharper above: fractal noise on a line."""
    total = np.zeros(width)
    for octave in range(6):
        knots = generator.normal(0, 1, 3 + 2 ** (octave + 1))
        places = np.linspace(0, 1, len(knots))
        total += np.interp(np.linspace(0, 1, width), places, knots) / 2.1**octave
    return np.asarray(-tallness * (total - total.mean()) / 1.6)


def _sun(size: tuple[int, int]) -> Image.Image:
    width, height = size
    radius, x, y = 0.36 * width, 0.5 * width, 0.56 * height
    side = 2 * round(radius)
    disc = Image.new("L", (FINER * side, FINER * side))
    ImageDraw.Draw(disc).ellipse((0, 0, FINER * side - 1, FINER * side - 1), fill=72)
    layer = Image.new("L", size)
    layer.paste(disc.reduce(FINER), (round(x) - side // 2, round(y) - side // 2))
    fade = as_mask(smoothstep(heights(small_size(size)), 0.72, 0.50), size)
    return ImageChops.multiply(layer, fade)


def _painted(picture: Image.Image, color: tuple[int, int, int], mask: Image.Image) -> Image.Image:
    picture.paste(color, mask=mask)
    return picture
