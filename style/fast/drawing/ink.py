"""Ink on paper: sumi-e, painted with a wet brush, and a woodcut, cut with a gouge."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from style.fast.drawing.noise import Field, Pixels, between, color, grid, noise

PAPER, WASHI = color("f3eee0"), color("efe3c8")
SUMI, SEAL = color("1a1a1e"), color("b8322a")


def sumi(generator: np.random.Generator, side_px: int) -> Pixels:
    """Grey washes that bleed into wet paper, dry brush strokes over them, a little seal red."""
    paper = noise(generator, side_px, grain_px=1.2) * 0.02
    ink = np.zeros((side_px, side_px), np.float32)
    for _ in range(6):
        ink += _wash(generator, side_px) * generator.uniform(0.12, 0.4)
    for _ in range(64):
        stroke = _brush_stroke(generator, side_px)
        ink = np.maximum(ink, stroke * generator.uniform(0.55, 1.0))
    picture = between(PAPER, SUMI, np.clip(ink, 0, 0.96))
    seals = noise(generator, side_px, grain_px=side_px / 40) > 3.1
    picture = between(picture, SEAL, ndimage.gaussian_filter(seals.astype(np.float32), 0.7) * 0.85)
    return np.asarray(np.clip(picture + paper[..., None], 0, 1), np.float32)


def woodcut(generator: np.random.Generator, side_px: int) -> Pixels:
    """Black and cream lines of changing width that flow around forms."""
    form = noise(generator, side_px, grain_px=side_px / 11)
    bend = noise(generator, side_px, grain_px=side_px / 26) * 0.25
    y, x = grid(side_px)
    cuts = 34
    phase = (form * 0.16 + bend * 0.05 + (x * 0.35 + y * 0.94) / side_px) * cuts
    edge = noise(generator, side_px, grain_px=1.3) * 0.12
    tone = noise(generator, side_px, grain_px=side_px / 9) * 0.85
    lines = np.sin(2 * np.pi * phase) + edge
    black = 1 / (1 + np.exp(-(lines + tone) * 7))
    ends = noise(generator, side_px, grain_px=side_px / 60)
    black = np.where((ends > 2.1) & (tone < 0.6), 0.02, black)
    return between(WASHI, SUMI, np.asarray(black * 0.97, np.float32))


def _wash(generator: np.random.Generator, side_px: int) -> Field:
    """A pool of thin ink in [0, 1]: flat inside, darker at the edge where it dried."""
    form = noise(generator, side_px, grain_px=side_px / 9)
    fringe = noise(generator, side_px, grain_px=side_px / 70) * 0.14
    level = form + fringe - generator.uniform(0.7, 1.3)
    inside = 1 / (1 + np.exp(-level * 9))
    edge = np.exp(-((level - 0.1) ** 2) / 0.006)
    cloud = 0.75 + 0.25 * noise(generator, side_px, grain_px=side_px / 20)
    return np.asarray(np.clip(inside * cloud * 0.8 + edge * 0.35, 0, 1), np.float32)


def _brush_stroke(generator: np.random.Generator, side_px: int) -> Field:
    """One stroke in [0, 1] along an arc: thick in its middle, with dry streaks at its end."""
    y, x = grid(side_px)
    centre_y, centre_x = generator.uniform(-0.3, 1.3, 2) * side_px
    radius = generator.uniform(0.12, 0.9) * side_px
    start, length = generator.uniform(-np.pi, np.pi), generator.uniform(0.5, 1.6)
    width = side_px * generator.uniform(0.006, 0.032)
    angle = (np.arctan2(y - centre_y, x - centre_x) - start) % (2 * np.pi)
    along = np.clip(angle / length, 0, 1.2)
    across = (np.hypot(y - centre_y, x - centre_x) - radius) / width
    profile = np.sqrt(np.clip(np.sin(np.pi * np.clip(along, 0, 1)), 0, 1)) * (along < 1)
    roughness = noise(generator, side_px, grain_px=1.0) * 0.12
    body = np.clip((profile - np.abs(across) + roughness) * 3, 0, 1)
    streaks = 0.5 + 0.5 * np.sin(across * 14 + roughness * 6)
    dryness = np.clip(along * 1.5 - 0.6, 0, 1)
    return np.asarray(body * (1 - dryness * streaks), np.float32)
