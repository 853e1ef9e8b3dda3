"""How writers place, bend and tilt the strokes of a reference.

A point is a complex number here, x + iy: turning and stretching a stroke is then one
multiplication. Strokes are polylines of POINTS points in the unit box, y down.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.synthetic.mistakes import Array, Generator, Integers, StrokePlan
from data.synthetic.writer import WriterModel, Writers

POINTS = 20  # points of each stroke while it is deformed
BENDS = 4  # sine waves that bend a stroke; the first is the bow
RIPPLES = 2  # sine waves of the elastic deformation of an ink
BOW = 0.15  # bending, as a fraction of its chord, above which a stroke has corners
HOOK = 4  # points at the end of a stroke that a hook moves
JITTER = 0.012  # boxes; standard deviation of each point of a line drawn with a mouse
FLICK, FLICK_LENGTH = 0.25, 0.06  # of a mouse: how often an end flicks off, and how far, in boxes
FLICK_POINTS = 2  # at an end of a stroke that a flick moves

Complex = npt.NDArray[np.complex64]

ALONG = np.linspace(0, 1, POINTS, dtype=np.float32)
_WAVES = np.sin(np.pi * np.outer(np.arange(1, BENDS + 1), ALONG)).astype(np.complex64)
_CENTRE = np.complex64(0.5 + 0.5j)  # of the unit box


def deform(
    strokes: Complex,
    plan: StrokePlan,
    writers: Writers,
    model: WriterModel,
    generator: Generator,
) -> Complex:
    """Strokes (S, POINTS) complex64 of `plan` as its writers draw them.

    The stages draw from `generator` in a fixed order, so that a seed always gives the same ink.
    """
    sloppiness = writers.sloppiness * np.exp(
        model.ink_spread * _normal(generator, len(writers))
    )  # of each ink
    # A stroke that is drawn a second time is placed worse.
    error = sloppiness[plan.ink] * np.where(plan.is_extra, 2, 1)
    points = _bent_and_shifted(strokes, error, writers.curvature[plan.ink], model, generator)
    points -= _CENTRE
    points += _ripples(points, plan.ink, model.elastic * sloppiness, generator)
    _round_corners(points, (writers.rounding * 0.5)[plan.ink])
    _hook_ends(points, plan, writers, generator)
    if model.mouse:
        _jitter(points, writers.mouse[plan.ink], generator)
    points = _tilted(points, plan.ink, sloppiness, writers, model, generator)
    return np.ascontiguousarray(points + _CENTRE, np.complex64)


def _normal(generator: Generator, *shape: int) -> Array:
    return generator.standard_normal(shape, np.float32)


def _complex_normal(generator: Generator, *shape: int) -> Complex:
    """Complex numbers whose real and imaginary parts each have a standard deviation of 1."""
    return generator.standard_normal((*shape, 2), np.float32).view(np.complex64)[..., 0]


def _bent_and_shifted(
    strokes: Complex,
    error: npt.NDArray[np.float64],
    curvature: Array,
    model: WriterModel,
    generator: Generator,
) -> Complex:
    """Each stroke straightened, stretched, turned and bent around its centre, then shifted.

    `error`: (S,), the sloppiness of each stroke; `curvature`: (S,), the bending that is kept.
    """
    count = len(strokes)
    centre = strokes.mean(axis=1)
    length = np.abs(np.diff(strokes, axis=1)).sum(axis=1)
    local = _straightened(strokes - centre[:, None], curvature)
    turn = model.turn * _normal(generator, count) * error**model.turn_growth
    scale = model.stretch * _normal(generator, count) * error + 1j * turn
    local *= np.exp(scale.clip(-1 - 1j, 1 + 1j))[:, None]
    chord = local[:, -1] - local[:, 0]
    across = 1j * chord / np.maximum(np.abs(chord), 1e-6)
    bends = _complex_normal(generator, count, BENDS) * (model.wobble / np.arange(1, BENDS + 1))
    bends[:, 0] += _normal(generator, count) * across * model.bow
    bends *= (error**model.bend_growth * (length + 0.05)).clip(0, 3)[:, None]
    local += (bends @ _WAVES).astype(np.complex64)
    centre += _complex_normal(generator, count) * (model.place * error)
    return np.asarray(local + centre[:, None])


def _straightened(local: Complex, curvature: Array) -> Complex:
    """Strokes (S, POINTS) with the fraction `curvature` (S,) of their bending; corners are kept."""
    chord = local[:, -1:] - local[:, :1]
    line = local[:, :1] + chord * ALONG
    deviation = local - line
    # A stroke that leaves its chord by more than a bow has corners: 乙 is never straightened.
    bow = np.abs(deviation).max(axis=1) / np.maximum(np.abs(chord[:, 0]), 1e-6)
    kept = np.where(bow < BOW, curvature, 1)[:, None]
    return np.asarray(line + deviation * kept, np.complex64)


def _ripples(points: Complex, ink: Integers, height: Array, generator: Generator) -> Complex:
    """The elastic deformation: what to add to each point. `height`: (B,), of each ink."""
    inks = len(height)
    frequency = _complex_normal(generator, inks, RIPPLES) * 4
    phase = generator.random((inks, RIPPLES)) * 2 * np.pi
    amplitude = _complex_normal(generator, inks, RIPPLES) * height[:, None]
    shift = np.zeros_like(points)
    for n in range(RIPPLES):
        f, p = frequency[ink, n][:, None], phase[ink, n].astype(np.float32)[:, None]
        shift += np.sin((points * f.conj()).real + p) * amplitude[ink, n][:, None]
    return shift


def _round_corners(points: Complex, rounding: Array) -> None:
    """Move inner points towards the middle of their neighbours, in place. `rounding`: (S,)."""
    middle = (points[:, :-2] + points[:, 2:]) / 2
    points[:, 1:-1] += rounding[:, None] * (middle - points[:, 1:-1])


def _hook_ends(points: Complex, plan: StrokePlan, writers: Writers, generator: Generator) -> None:
    """Bend the ends of some strokes towards the start of the next stroke, in place."""
    towards = np.zeros(len(points), np.complex64)
    towards[:-1] = points[1:, 0] - points[:-1, -1]
    has_next = np.concatenate([plan.ink[1:] == plan.ink[:-1], [False]])
    is_hooked = has_next & (generator.random(len(points)) < writers.hooks[plan.ink])
    reach = generator.uniform(0.05, 0.3, len(points)) * is_hooked
    size = np.abs(towards)
    towards *= (reach * np.minimum(1, 0.4 / np.maximum(size, 1e-6))).astype(np.float32)
    points[:, -HOOK:] += towards[:, None] * (np.arange(1, HOOK + 1, dtype=np.float32) / HOOK) ** 2


def _jitter(points: Complex, mouse: Array, generator: Generator) -> None:
    """Shake each point, and let some ends flick off in any direction, in place. `mouse`: (S,)."""
    points += _complex_normal(generator, *points.shape) * (JITTER * mouse)[:, None]
    ramp = np.arange(1, FLICK_POINTS + 1, dtype=np.float32) / FLICK_POINTS
    for end in (points[:, -FLICK_POINTS:], points[:, FLICK_POINTS - 1 :: -1]):
        is_flicked = generator.random(len(points)) < FLICK * mouse
        flick = _complex_normal(generator, len(points)) * (FLICK_LENGTH * is_flicked)
        end += flick[:, None] * ramp


def _tilted(
    points: Complex,
    ink: Integers,
    sloppiness: Array,
    writers: Writers,
    model: WriterModel,
    generator: Generator,
) -> Complex:
    """The inks rotated, slanted and stretched about 0. An ink strays a third from its writer."""
    inks = len(writers)
    growth = np.maximum(sloppiness, 1) ** model.tilt_growth / 3
    angle = writers.rotation + model.rotation * _normal(generator, inks) * growth
    slant = writers.slant + model.slant * _normal(generator, inks) * growth
    aspect = writers.aspect + model.aspect * _normal(generator, inks) * growth
    width, height = np.exp(aspect / 2), np.exp(-aspect / 2)
    # x' = width x + slant y, y' = height y, then rotated: as a z + b conj(z)
    rotation = np.exp(1j * angle)
    a = rotation * ((width + height) / 2 - 1j * slant / 2)
    b = rotation * ((width - height) / 2 + 1j * slant / 2)
    return np.asarray(
        a.astype(np.complex64)[ink][:, None] * points
        + b.astype(np.complex64)[ink][:, None] * points.conj()
    )
