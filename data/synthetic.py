"""Synthetic ink: a reference as many people could have written it, with their mistakes.

The strokes are deformed first and resampled afterwards (`data.sequence`), exactly as real ink is,
so that the number of points tells nothing about the class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.reference import Reference
from data.sequence import PEN_UP_MEASURE, sequences

POINTS = 24  # a stroke is deformed as a polyline of so many points

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Writer:
    """How far synthetic writers stray. Lengths are shares of the box, angles radians."""

    rotation: float = 0.08
    stretch: float = 0.12
    shear: float = 0.1
    elastic: float = 0.02
    stroke_shift: float = 0.035
    stroke_scale: float = 0.18
    stroke_turn: float = 0.15
    bow: float = 0.035
    noise: float = 0.004
    disordered: float = 0.25  # share of inks with strokes out of order
    shuffled: float = 0.04  # share of inks in a wholly random order
    reversed: float = 0.12  # share of inks with reversed strokes
    joined: float = 0.2  # share of inks with dropped pen lifts
    missing: float = 0.1  # share of inks that lack a stroke
    doubled: float = 0.06  # share of inks with a stroke drawn twice


class Synthesizer:
    """Draws batches of ink from references."""

    def __init__(self, characters: Sequence[str], references: Mapping[str, Reference]) -> None:
        self.characters = tuple(characters)
        self._strokes = [
            np.stack([_resampled(s.points) for s in references[c].strokes]) for c in characters
        ]

    def batch(
        self,
        labels: npt.NDArray[np.int64],
        generator: np.random.Generator,
        *,
        writer: Writer | None = None,
    ) -> Array:
        """One ink for each label, as sequences: (B, STEPS, 8) float32."""
        writer = writer or Writer()
        plans = [_plan(len(self._strokes[label]), generator, writer) for label in labels]
        most = max(len(order) for order, _, _ in plans)
        points = np.zeros((len(labels), most, POINTS, 2), np.float32)
        owner = np.zeros((len(labels), most), np.int64)
        for row, (label, (order, backwards, lifted)) in enumerate(zip(labels, plans, strict=True)):
            drawn = self._strokes[label][order]
            drawn[backwards] = drawn[backwards, ::-1]
            points[row, : len(order)] = drawn
            owner[row, : len(order)] = np.cumsum(lifted)
            owner[row, len(order) :] = -1
        points = _deformed(points, generator, writer)
        lift = PEN_UP_MEASURE * generator.uniform(0.85, 1.2, len(labels)).astype(np.float32)
        return sequences(*_padded(points, owner), pen_up=lift)


def _plan(
    count: int, generator: np.random.Generator, writer: Writer
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which strokes are drawn in which order, which of them backwards, and which after a lift."""
    order = list(range(count))
    chance = generator.random(6)
    if chance[0] < writer.shuffled:
        generator.shuffle(order)
    elif chance[1] < writer.disordered and count > 1:
        for _ in range(generator.integers(1, 3)):
            at, reach = int(generator.integers(count - 1)), int(generator.integers(1, 4))
            order.insert(min(at + reach, count - 1), order.pop(at))
    if chance[2] < writer.missing and count > 2:
        order.pop(int(generator.integers(len(order))))
    if chance[3] < writer.doubled:
        at = int(generator.integers(len(order)))
        order.insert(at, order[at])
    backwards = np.zeros(len(order), bool)
    if chance[4] < writer.reversed:
        backwards[generator.integers(len(order), size=generator.integers(1, 3))] = True
    lifted = np.ones(len(order), bool)
    if chance[5] < writer.joined and len(order) > 1:
        lifted[1:] = generator.random(len(order) - 1) > generator.uniform(0.1, 0.6)
    return np.array(order), backwards, lifted


def _deformed(points: Array, generator: np.random.Generator, writer: Writer) -> Array:
    """The strokes (B, S, POINTS, 2) as a writer's hand would place and bend them."""
    batch, strokes = points.shape[:2]

    def normal(*shape: int) -> Array:
        return generator.standard_normal(shape, np.float32)

    def strength(limit: float) -> Array:
        return generator.uniform(0, limit, (batch, 1, 1, 1)).astype(np.float32)

    centre = points.mean(axis=2, keepdims=True)
    turn = normal(batch, strokes, 1, 1) * strength(writer.stroke_turn)
    scale = np.exp(normal(batch, strokes, 1, 2) * strength(writer.stroke_scale))
    shift = normal(batch, strokes, 1, 2) * strength(writer.stroke_shift)
    local = _turned((points - centre) * scale, turn)
    along = local[:, :, -1:] - local[:, :, :1]
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    arch = np.sin(np.linspace(0, np.pi, POINTS, dtype=np.float32))[:, None]
    local += across * arch * normal(batch, strokes, 1, 1) * strength(2 * writer.bow)
    points = centre + local + shift

    waves = 4
    frequency = normal(batch, 1, 1, waves, 2) * 0.9
    phase = generator.uniform(0, 2 * np.pi, (batch, 1, 1, waves)).astype(np.float32)
    wave = np.sin(2 * np.pi * (points[..., None, :] * frequency).sum(-1) + phase)
    points = points + (wave @ normal(batch, 1, waves, 2)) * strength(2 * writer.elastic)

    points = points - 0.5
    x, y = points[..., :1], points[..., 1:]
    x = x * np.exp(normal(batch, 1, 1, 1) * writer.stretch) + y * normal(batch, 1, 1, 1) * (
        writer.shear
    )
    y = y * np.exp(normal(batch, 1, 1, 1) * writer.stretch)
    points = _turned(np.concatenate([x, y], axis=-1), normal(batch, 1, 1, 1) * writer.rotation)
    rounding = strength(0.5)
    smooth = points.copy()
    smooth[:, :, 1:-1] = (points[:, :, :-2] + points[:, :, 2:]) / 2
    points = points + rounding * (smooth - points)
    return points + normal(*points.shape) * strength(2 * writer.noise)


def _padded(points: Array, owner: npt.NDArray[np.int64]) -> tuple[Array, npt.NDArray[np.int64]]:
    """Flat polylines in which padding repeats the last real point."""
    batch = len(owner)
    last = (owner >= 0).sum(axis=1) - 1
    stroke = np.where(owner < 0, owner[np.arange(batch), last][:, None], owner)
    end = points[np.arange(batch), last, -1]
    points = np.where((owner < 0)[..., None, None], end[:, None, None], points)
    return points.reshape(batch, -1, 2), np.repeat(stroke, POINTS, axis=1)


def _turned(points: Array, angle: Array) -> Array:
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = points[..., :1], points[..., 1:]
    return np.concatenate([x * cos - y * sin, x * sin + y * cos], axis=-1)


def _resampled(points: Array) -> Array:
    """POINTS points evenly spaced along a polyline."""
    reached = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    wanted = np.linspace(0, reached[-1], POINTS)
    return np.stack([np.interp(wanted, reached, points[:, axis]) for axis in (0, 1)], 1).astype(
        np.float32
    )
