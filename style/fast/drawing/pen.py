"""Pen and ink: hatching in up to four directions, denser where it is darker, and outlines."""

from __future__ import annotations

import numpy as np

from style.fast.drawing.noise import Field, Pixels, between, color, grid, line, noise

PAPER, INK = color("f6f3ea"), color("17181c")
# The directions of the hatching in degrees, and below which tone (standard deviations) each begins.
LAYERS = ((38, 0.55), (-28, -0.25), (83, -0.85), (8, -1.35))


def pen(generator: np.random.Generator, side_px: int) -> Pixels:
    """Thin black lines on cream paper, around forms that have light and shade."""
    tone = noise(generator, side_px, grain_px=side_px / 13)
    ink = _outlines(generator, tone, side_px)
    for degrees, level in LAYERS:
        hatched = _hatching(generator, side_px, degrees) * (tone < level)
        ink = np.maximum(ink, hatched)
    grain = noise(generator, side_px, grain_px=0.6) * 0.05
    return between(PAPER, INK, np.asarray(np.clip(ink * (0.93 + grain), 0, 1), np.float32))


def _hatching(generator: np.random.Generator, side_px: int, degrees: float) -> Field:
    """Parallel lines in [0, 1], drawn by hand: they bend, swell and break off."""
    y, x = grid(side_px)
    turn = np.radians(degrees) + noise(generator, side_px, grain_px=side_px / 7) * 0.05
    gap = side_px / 72
    across = (x * np.sin(turn) + y * np.cos(turn)) / gap
    across = across + noise(generator, side_px, grain_px=side_px / 40) * 0.16
    distance = np.abs(across - np.round(across)) * gap
    width = gap * (0.30 + 0.07 * noise(generator, side_px, grain_px=side_px / 60))
    breaks = noise(generator, side_px, grain_px=side_px / 45) > -1.5
    return np.asarray(line(distance, np.asarray(width, np.float32)) * breaks, np.float32)


def _outlines(generator: np.random.Generator, tone: Field, side_px: int) -> Field:
    """Lines along two levels of the tone, of changing width."""
    steepness = np.hypot(*np.gradient(tone)) + 1e-4
    width = side_px / 190 * (1 + 0.35 * noise(generator, side_px, grain_px=side_px / 30))
    levels = [np.abs(tone - level) / steepness for level in (0.55, -0.85)]
    return line(np.asarray(np.min(levels, axis=0), np.float32), np.asarray(width, np.float32))
