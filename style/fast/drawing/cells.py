"""Pictures of cells: stained glass and mosaic."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from style.fast.drawing.noise import Field, Pixels, between, chosen, color, grid, line, noise

GLASS = [
    *map(color, ("1d4fa3", "2f7fd0", "0f2f6b", "c2202f", "e0522f", "f2a81d", "f6d65a")),
    *map(color, ("1f8a4c", "6fbf5a", "6b2d8c", "e9e4c9")),
]
LEAD = color("14120f")
STONES = [
    *map(color, ("12486b", "1f7a8c", "5fb3b3", "e8dcc0", "d9a441")),
    *map(color, ("c4622d", "8c2f1b", "3d5a3c", "f2efe4", "27304a")),
]
GROUT = color("4a443c")


def stained_glass(generator: np.random.Generator, side_px: int) -> Pixels:
    """Panes of bright glass, uneven and lit from behind, between lines of lead."""
    points = generator.uniform(-0.1, 1.1, (150, 2)) * side_px
    y, x = grid(side_px)
    bend = side_px / 45
    y = y + noise(generator, side_px, grain_px=side_px / 12) * bend
    x = x + noise(generator, side_px, grain_px=side_px / 12) * bend
    cell, border = _nearest(points, y, x)
    panes = chosen(GLASS, generator.integers(len(GLASS), size=len(points)))[cell]
    light = 0.95 + 0.13 * noise(generator, side_px, grain_px=side_px / 30)
    light += 0.05 * noise(generator, side_px, grain_px=side_px / 160)
    lead = line(border, side_px / 60)
    return np.clip(between(np.clip(panes * light[..., None], 0, 1), LEAD, lead), 0, 1)


def mosaic(generator: np.random.Generator, side_px: int) -> Pixels:
    """Small stones of uneven colour, laid in rows that follow the forms, with dark grout."""
    stone = side_px / 30
    y, x = grid(side_px)
    flow = noise(generator, side_px, grain_px=side_px / 7) * side_px / 22
    row = np.floor((y + flow) / stone)
    shift = generator.uniform(0, 1, 4096)[row.astype(int) % 4096] * stone
    column = np.floor((x + shift) / stone)
    number = (row.astype(int) * 7919 + column.astype(int) * 104729) % 65536
    shapes = noise(generator, side_px, grain_px=side_px / 9) * 2.2 + 5
    jitter = generator.integers(-1, 2, 65536)[number]
    forms = np.round(_of_stone(shapes, number)).astype(int)
    tone = generator.uniform(0.82, 1.12, 65536)[number]
    stones = chosen(STONES, forms + jitter) * tone[..., None].astype(np.float32)
    across = np.minimum((x + shift) % stone, stone - (x + shift) % stone)
    down = np.minimum((y + flow) % stone, stone - (y + flow) % stone)
    grout = line(np.minimum(across, down).astype(np.float32), stone / 5)
    return np.clip(between(np.clip(stones, 0, 1), GROUT, grout), 0, 1)


def _nearest(
    points: npt.NDArray[np.float64], y: Field, x: Field
) -> tuple[npt.NDArray[np.intp], Field]:
    """The number of the nearest point, and the distance to the border of its cell."""
    positions = np.stack([y.ravel(), x.ravel()], axis=1)
    answer = cKDTree(points).query(positions, k=2)
    distances, cells = np.asarray(answer[0]), np.asarray(answer[1])
    spread = np.linalg.norm(points[cells[:, 0]] - points[cells[:, 1]], axis=1)
    border = (distances[:, 1] ** 2 - distances[:, 0] ** 2) / (2 * np.maximum(spread, 1e-9))
    return cells[:, 0].reshape(y.shape), border.reshape(y.shape).astype(np.float32)


def _of_stone(field: Field, number: npt.NDArray[np.int_]) -> npt.NDArray[np.float64]:
    """The mean of a field over the pixels of each stone."""
    total = np.bincount(number.ravel(), field.ravel(), 65536)
    count = np.bincount(number.ravel(), minlength=65536)
    return np.asarray((total / np.maximum(count, 1))[number])
