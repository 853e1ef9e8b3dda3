"""Writing: each stroke becomes the area that a brush covers as it moves along its line.

The brush's tip is a drop whose point looks to the upper left, as a brush in a right hand rests on
the paper. Sweeping it along a line gives the slanted entries of regular script (楷書) by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from shapely import Geometry

from kanji.brush.press import hook_start, press
from kanji.brush.strokes import Array, BrushStroke
from kanji.matching.geometry import distance_along, resample

USUAL_RADIUS, USUAL_STROKES = 0.047, 4  # of the unit box, for a character of so many strokes
CROWDING = 0.36  # exponent by which the brush gets finer with more strokes
RADII = (0.019, 0.056)  # least and most radius
TIP_LENGTH = 1.42  # of the tip's point, in radii
TIP_CORNERS = 44
STEP_RADII = 0.2  # between two places at which the tip is put down
LEAST_STEPS, MOST_STEPS = 24, 240  # of a stroke
HOOK_RADII = 3.3  # least length of a hook, which the brush would else cover by itself
SETTLE = 0.30  # of the radius, by which a level stroke sinks as it stops
SETTLE_RADII = 2.0  # from the end, over which it does
JOIN_POINTS = 60  # of a line, where it is asked whether another stroke ends on it
WOBBLE = 0.045  # standard deviation of the radius of a living hand
DRY_RUNS = {"sweep": 7, "foot": 4}  # streaks that a dry brush leaves open, by ending
DRY_RADII = 7.0  # least length of a stroke that has them
TOLERANCE = 0.0005  # of the unit box, by which an outline may be simplified


def written(
    strokes: Sequence[BrushStroke], *, seed: int, weight: float = 1.0, dryness: float = 0.6
) -> list[Geometry]:
    """The area of each stroke: polygons in the unit box, x right, y down.

    `weight` scales the brush's radius. `dryness`: 0 to 1, how far the ends of sweeps break into
    streaks (かすれ). The same seed gives the same polygons.
    """
    generator = np.random.default_rng(seed)
    radius = weight * radius_for(len(strokes))
    lines = [resample(stroke.points, JOIN_POINTS) for stroke in strokes]
    areas = []
    for number, stroke in enumerate(strokes):
        others = lines[:number] + lines[number + 1 :]
        is_joined = stroke.ending == "stop" and _is_joined(lines[number][-1], others, radius)
        ending = "join" if is_joined else stroke.ending
        areas.append(_area(replace(stroke, ending=ending), radius, dryness, generator))
    return areas


def radius_for(strokes: int) -> float:
    """The radius of the brush for a character of so many strokes."""
    crowded = USUAL_RADIUS * (USUAL_STROKES / max(strokes, 1)) ** CROWDING
    return float(np.clip(crowded, *RADII))


def _is_joined(end: Array, others: Sequence[Array], radius: float) -> bool:
    """Whether a stroke ends on another one, between that one's ends."""
    return any(
        np.hypot(*(line[JOIN_POINTS // 6 : -JOIN_POINTS // 6] - end).T).min() < radius
        for line in others
    )


def _area(
    stroke: BrushStroke, radius: float, dryness: float, generator: np.random.Generator
) -> Geometry:
    line = _with_long_hook(stroke.points, radius) if stroke.ending == "hook" else stroke.points
    length = float(distance_along(line)[-1])
    count = int(np.clip(length / (STEP_RADII * radius), LEAST_STEPS, MOST_STEPS))
    points = resample(line, count)
    if stroke.ending == "stop":
        points = _settled(points, length, radius)
    radii = radius * press(points, stroke.ending, radius) * _wobble(count, generator)
    if stroke.pressure is not None:
        radii *= resample(np.column_stack([stroke.pressure, stroke.pressure]), count)[:, 0]
    area = _swept(points, np.maximum(radii, 0.02 * radius))
    if length > DRY_RADII * radius:
        streaks = round(dryness * DRY_RUNS.get(stroke.ending, 0))
        area = area.difference(_streaks(points, radii, streaks, generator))
    return area.simplify(TOLERANCE)


def _with_long_hook(points: Array, radius: float) -> Array:
    """The line with its hook scaled about its corner to at least HOOK_RADII."""
    line = resample(points, MOST_STEPS)
    corner = round(hook_start(points) * (MOST_STEPS - 1))
    hook = line[corner:] - line[corner]
    length = max(float(distance_along(hook)[-1]), 1e-9)
    longer = max(1.0, HOOK_RADII * radius / length)
    return np.concatenate([line[:corner], line[corner] + longer * hook])


def _settled(points: Array, length: float, radius: float) -> Array:
    """The line, sinking at its end where it runs level: the brush presses down and right."""
    move = points[-1] - points[-len(points) // 4]
    levelness = max(0.0, float(move[0] / max(np.hypot(*move), 1e-12)) - 0.8) / 0.2
    left = np.linspace(length, 0, len(points)) / (SETTLE_RADII * radius)
    sinking = SETTLE * radius * levelness * np.exp(-(left**2))
    return points + np.column_stack([0.3 * sinking, sinking])


def _wobble(count: int, generator: np.random.Generator) -> Array:
    """Slow random factors (count,) around 1."""
    knots = generator.normal(1.0, WOBBLE, max(4, count // 12))
    broken = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(knots)), knots)
    width = 2 * (count // (2 * len(knots))) + 1
    padded = np.pad(broken, width // 2, mode="edge")
    return np.convolve(padded, np.full(width, 1 / width), mode="valid")


def _swept(points: Array, radii: Array) -> Geometry:
    """What the tip covers: the convex hull of each two neighbouring tips, joined."""
    tips = points[:, None] + radii[:, None, None] * _tip()[None]
    pairs = np.concatenate([tips[:-1], tips[1:]], axis=1)
    return shapely.union_all(shapely.convex_hull(shapely.multipoints(pairs)))


def _tip() -> Array:
    """The tip's corners (C, 2) for a radius of 1: a circle, and a point to the upper left."""
    angles = np.linspace(0, 2 * np.pi, TIP_CORNERS, endpoint=False)
    circle = 0.92 * np.column_stack([np.cos(angles), np.sin(angles)])
    return np.concatenate([circle, [[-TIP_LENGTH / np.sqrt(2)] * 2]])


def _streaks(points: Array, radii: Array, streaks: int, generator: np.random.Generator) -> Geometry:
    """Thin lenses along the end of a stroke, which the hairs of the brush leave open."""
    move = np.gradient(points, axis=0)
    normal = np.column_stack([-move[:, 1], move[:, 0]])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    count, lenses = len(points), []
    for side in generator.uniform(-0.75, 0.75, streaks):
        first = int(count * generator.uniform(0.45, 0.75))
        last = min(count - 1, first + max(3, int(count * generator.uniform(0.12, 0.30))))
        part = slice(first, last + 1)
        line = points[part] + (side * radii[part])[:, None] * normal[part]
        half = generator.uniform(0.03, 0.09) * radii[first]
        thick = half * np.sin(np.linspace(0, np.pi, len(line)))[:, None] * normal[part]
        lenses.append(shapely.Polygon(np.concatenate([line + thick, (line - thick)[::-1]])))
    return shapely.union_all([shapely.make_valid(lens) for lens in lenses])
