"""Two classic Japanese patterns: seigaiha (waves) and asanoha (hemp leaves)."""

from __future__ import annotations

import numpy as np

from style.fast.drawing.noise import Field, Pixels, between, color, grid, line, noise

INDIGO, PALE, CREAM = color("1c3a6e"), color("7fb0cf"), color("f4ead2")
MADDER, ROSE = color("9c2a2c"), color("d8684f")


def seigaiha(generator: np.random.Generator, side_px: int) -> Pixels:
    """Overlapping scales of concentric arcs in indigo on cream, as block prints have them."""
    radius = side_px / 8
    ring = radius / 3.4
    y, x = _wobbled(generator, side_px, by_px=side_px / 250)
    picture = between(INDIGO, PALE, noise(generator, side_px, grain_px=side_px / 12) * 0.18 + 0.25)
    for row in range(-1, int(2 * side_px / radius) + 3):  # lower rows lie over upper ones
        centre_y = row * radius / 2
        across = (x + (row % 2) * radius) % (2 * radius) - radius
        distance = np.hypot(across, y - centre_y)
        inside = (distance < radius) & (y < centre_y + ring / 2)
        arcs = np.abs((radius - distance + ring / 3) % ring - ring / 3)
        stripes = line(arcs, ring * 0.42)
        tint = np.clip((radius - distance) / radius * 0.8, 0, 1)
        scale = between(between(INDIGO, PALE, tint), CREAM, stripes)
        picture = np.where(inside[..., None], scale, picture)
    return _printed(picture, generator)


def asanoha(generator: np.random.Generator, side_px: int) -> Pixels:
    """Six-pointed hemp leaves: cream lines on madder red, some leaves lighter."""
    height = side_px / 6  # of a triangle
    y, x = _wobbled(generator, side_px, by_px=side_px / 300)
    distance, leaf = _hemp_lines(y, x, height)
    shade = noise(generator, side_px, grain_px=side_px / 10) * 0.25 + 0.3 + 0.35 * leaf
    return _printed(
        between(between(MADDER, ROSE, shade), CREAM, line(distance, height / 13)), generator
    )


def _hemp_lines(y: Field, x: Field, height: float) -> tuple[Field, Field]:
    """The distance to the nearest line, and 1 in every other leaf.

    The plane is a lattice of equilateral triangles; from the centre of each, a line goes to each
    of its corners.
    """
    normals = [(np.cos(a), np.sin(a)) for a in np.pi / 180 * np.array([90, 210, 330])]
    levels = [(x * nx + y * ny) / height for nx, ny in normals]
    sides = np.min([np.abs(level - np.round(level)) for level in levels], axis=0) * height
    parts = np.stack([level - np.floor(level) for level in levels])  # barycentric, of both kinds
    is_down = parts.sum(axis=0) > 1.5
    inner = np.where(is_down, 1 - parts, parts)
    low, middle, _ = np.sort(inner, axis=0)
    spokes = (middle - low) * height / np.sqrt(3)
    leaf = (np.argmin(inner, axis=0) == 0) ^ is_down
    return np.asarray(np.minimum(sides, spokes), np.float32), leaf.astype(np.float32)


def _wobbled(generator: np.random.Generator, side_px: int, *, by_px: float) -> tuple[Field, Field]:
    """Coordinates of pixels, moved a little as by a hand."""
    y, x = grid(side_px)
    dy = noise(generator, side_px, grain_px=side_px / 40) * by_px
    dx = noise(generator, side_px, grain_px=side_px / 40) * by_px
    return y + dy, x + dx


def _printed(picture: Pixels, generator: np.random.Generator) -> Pixels:
    """The picture with the grain of paper and of unevenly taken ink."""
    grain = noise(generator, len(picture), grain_px=0.7) * 0.018
    cloud = noise(generator, len(picture), grain_px=len(picture) / 25) * 0.02
    return np.asarray(np.clip(picture + (grain + cloud)[..., None], 0, 1), np.float32)
