"""How far each stroke is from where its neighbours make one expect it.

A stroke is compared with what the other strokes predict, by the distribution of
`kanji.grading.variation`: leave-one-out prediction of a Gaussian (Rasmussen and Williams, Gaussian
Processes for Machine Learning, 5.4.2). The stroke that surprises most is set aside before the
others are judged, so that a single misplaced stroke does not make its neighbours look misplaced.
A turn of the whole character is taken out first, as the length-weighted median of its strokes'
turns. It is a fault of the character, not of each stroke.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.references.reference import Reference
from kanji.grading.variation import (
    DEVIATIONS,
    FREE,
    LENGTH_FLOOR,
    Complex,
    Shapes,
    Variation,
    variation,
)
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, resample_all

# Limits at leniency 1, in standard deviations of what the other strokes predict. Larger = lenient.
PLACE_LIMIT = 3.6  # of the place, in two dimensions
LENGTH_LIMIT = 3.05  # of the logarithm of the length
TURN_LIMIT = 3.85  # of the direction
# Root mean square distance from the reference curve, once moved, turned and sized to fit it: in
# boxes, and for each box of the stroke's length. Larger = more lenient.
SHAPE_LIMIT, SHAPE_SLOPE = 0.023, 0.068
# How neat a writer counts as, by the other strokes: over the table's spread. A neat writer's slip
# is seen where a quick writer's is not.
NEATNESS = (0.6, 1.3)
NEATNESS_PRIOR = 4.0  # strokes that the table's own spread counts as; larger = slower to adapt
LARGEST_SURPRISE = 16.0  # squared, of one stroke, that counts in the neatness
# Weight of "not turned" among the strokes' turns, over the length of all strokes. Larger = more
# strokes must turn together before the character does.
UPRIGHT_WEIGHT = 0.25
SETTLINGS = 2  # times that size and place of the whole are fitted


@dataclass(frozen=True)
class StrokeForm:
    """The form of one drawn stroke, each measure over its limit: above 1 is a fault.

    `place`, `turn`, `shape`: from 0. `length`: negative where it is too short. `shift`: from the
    predicted centre, in sides of the reference's box, right and down. `length_ratio`: over the
    predicted length. `shape_distance`: in sides of the box.
    """

    place: float
    length: float
    turn: float
    shape: float
    shift: tuple[float, float]
    length_ratio: float
    shape_distance: float

    @property
    def worst(self) -> float:
        """The largest of the measures."""
        return max(self.place, abs(self.length), self.turn, self.shape)


@dataclass(frozen=True)
class Form:
    """The form of each drawn stroke, in the order given, and of the whole character.

    `turn_degrees`: by which the character is turned at least, positive clockwise.
    """

    strokes: tuple[StrokeForm, ...]
    turn_degrees: float


@dataclass(frozen=True, eq=False)
class FormModel:
    """What is known of a reference's strokes.

    `curves`: (R, POINTS), points in boxes as complex numbers. `precision`: (4R, 4R), of their
    `variation`.
    """

    curves: Complex
    shapes: Shapes
    variation: Variation
    precision: Array


def form(
    drawn: Array, strokes: npt.NDArray[np.int64], reference: Reference, *, may_turn: bool = True
) -> Form:
    """The form of drawn strokes, each of which is one stroke of `reference`.

    `drawn`: (N, POINTS, 2) in any scale, in the reference's direction. `strokes`: (N,), which
    stroke of the reference each is. `may_turn`: whether the strokes may turn together.
    """
    if not len(strokes):
        return Form((), 0.0)
    fitted = fit_form(drawn, strokes, reference, may_turn=may_turn)
    surprises = _surprises(fitted.deviations, fitted.usual, fitted.precision)
    grades = [
        _stroke_form(surprise, ends, residual, length)
        for surprise, ends, residual, length in zip(
            surprises, fitted.target[:, [0, -1]], fitted.residual, fitted.lengths, strict=True
        )
    ]
    turn = max(abs(fitted.turn) - fitted.turn_error, 0.0)
    return Form(tuple(grades), float(np.degrees(np.copysign(turn, fitted.turn))))


@dataclass(frozen=True, eq=False)
class FittedForm:
    """Drawn strokes in the size and place that the reference makes most probable.

    `deviations`: (4N,); `usual`: (4N,), their means; `precision`: (4N, 4N), of their distribution.
    `target`: (N, POINTS), the reference strokes about their centres. `residual`: (N,), the distance
    that is left of each stroke after it is moved, turned and sized to fit. `lengths`: (N,), in
    boxes. `turn`: of the whole, in radians; `turn_error`: by which it may be wrong, as the strokes
    have another shape than the reference's.
    """

    deviations: Array
    usual: Array
    precision: Array
    target: Complex
    residual: Array
    lengths: Array
    turn: float
    turn_error: float


def fit_form(
    drawn: Array, strokes: npt.NDArray[np.int64], reference: Reference, *, may_turn: bool = True
) -> FittedForm:
    """Fits drawn strokes as `form` takes them; N is at least 1."""
    model = form_model(reference)
    if np.array_equal(strokes, np.arange(len(model.curves))):  # most drawings
        target, expected, precision = model.curves, model.variation, model.precision
    else:
        target, expected = model.curves[strokes], model.variation.of(strokes)
        precision = _inverse(expected.covariance)
    lengths = model.shapes.length[strokes]
    ink = drawn[..., 0] + 1j * drawn[..., 1]
    turn = common_turn(ink, target) if may_turn else 0.0
    upright = ink * np.exp(-1j * turn)
    ink, deviations = _settled(upright, target, expected.affine, precision, lengths)
    ratios = _ratios(ink, target)
    local = _local(target)
    distance = np.abs(_local(ink) - ratios[:, None] * local)
    turn_error = float(np.sqrt((distance**2).sum() / max((np.abs(local) ** 2).sum(), 1e-12)))
    # A stroke that is too long is that already; its shape is judged at the reference's size.
    residual = np.sqrt((distance**2).mean(axis=1)) / np.maximum(np.abs(ratios), 1.0)
    return FittedForm(
        deviations, expected.mean, precision, local, residual, lengths, turn, turn_error
    )


def common_turn(ink: Complex, target: Complex) -> float:
    """By how much the strokes (N, K) of `ink` are turned together, in radians clockwise.

    The median over the strokes and an upright one, weighted by length.
    """
    turns = np.angle(_ratios(ink, target))
    weights = np.abs(np.diff(target, axis=1)).sum(axis=1)
    turns = np.append(turns, 0.0)
    weights = np.append(weights, UPRIGHT_WEIGHT * weights.sum())
    order = np.argsort(turns, kind="stable")
    half = weights[order].cumsum().searchsorted(weights.sum() / 2)
    return float(turns[order[half]])


@functools.lru_cache(maxsize=100)
def form_model(reference: Reference) -> FormModel:
    """The model of a reference, computed once."""
    points = resample_all([stroke.points for stroke in reference.strokes], POINTS)
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    points = (points - (low + high) / 2) / max((high - low).max(), 1e-9)
    curves = points[..., 0] + 1j * points[..., 1]
    shapes = Shapes.of(curves)
    expected = variation(reference, shapes)
    return FormModel(curves, shapes, expected, _inverse(expected.covariance))


def _inverse(matrix: Array) -> Array:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _local(curves: Complex) -> Complex:
    return np.asarray(curves - curves.mean(axis=1, keepdims=True))


def _ratios(ink: Complex, target: Complex) -> Complex:
    """The complex factor that turns and sizes each stroke of `target` (N, K) to fit the ink's."""
    local = _local(target)
    products = (local.conj() * _local(ink)).sum(axis=1)
    return np.asarray(products / np.maximum((np.abs(local) ** 2).sum(axis=1), 1e-12))


def _settled(
    ink: Complex, target: Complex, affine: Array, precision: Array, lengths: Array
) -> tuple[Complex, Array]:
    """The ink (N, K) in its most probable size and place, and its deviations."""
    spread = [float(np.sqrt((np.abs(c - c.mean()) ** 2).mean())) for c in (ink, target)]
    ink = (ink - ink.mean()) * (spread[1] / max(spread[0], 1e-12)) + target.mean()
    free = FREE**2 * affine[:, [0, 4, 5]].T @ precision
    for _ in range(SETTLINGS):
        size, x, y = free @ _deviations(ink, target, lengths)
        ink = (ink - complex(x, y)) * np.exp(-size)
    return ink, _deviations(ink, target, lengths)


def _deviations(ink: Complex, target: Complex, lengths: Array) -> Array:
    """The deviations (4N,) of the ink's strokes (N, K) from those of `target`."""
    ratios = _ratios(ink, target)
    shift = ink.mean(axis=1) - target.mean(axis=1)
    growth = np.log((np.abs(ratios) * lengths + LENGTH_FLOOR) / (lengths + LENGTH_FLOOR))
    return np.concatenate([shift.real, shift.imag, growth, np.angle(ratios)])


@dataclass(frozen=True, eq=False)
class _Surprise:
    """A stroke's deviations less what the others predict, (4,); their spread; the measures.

    `covariance`: (4, 4). `over`: (3,), place, length and turn over their limits.
    """

    deviation: Array
    covariance: Array
    over: Array


def _surprises(deviations: Array, usual: Array, precision: Array) -> list[_Surprise]:
    """The surprise of each stroke; the most surprising one predicts no other.

    `deviations`, `usual`: (4N,), those of the ink and those that people usually have.
    """
    count = len(deviations) // DEVIATIONS
    both = np.stack([deviations, usual], axis=1)
    surprises: dict[int, _Surprise] = {}
    remaining = np.arange(count)
    while len(remaining):
        rows = remaining + count * np.arange(DEVIATIONS)[:, None]  # (4, N)
        residual, covariance = _left_out(
            both[rows], precision[rows[:, None, :, None], rows[None, :, None]]
        )
        squares = _squares(residual, covariance)
        over = _over_limits(residual, covariance, squares)
        worst = int(squares.argmax())  # whose own error explains most of the ink
        is_last = bool(surprises) and over.max() <= 1
        for n in range(len(remaining)) if is_last else (worst,):
            surprises[int(remaining[n])] = _Surprise(residual[n], covariance[n], over[n])
        if is_last:
            break
        # The distribution of the others without this stroke, from the precision of all.
        own = rows[:, worst]
        gain = np.linalg.solve(precision[np.ix_(own, own)], precision[own])
        precision = precision - precision[:, own] @ gain
        remaining = np.delete(remaining, worst)
    return [surprises[n] for n in range(count)]


def _left_out(both: Array, precision: Array) -> tuple[Array, Array]:
    """Each stroke's deviations (N, 4) less what the others predict, and their spread (N, 4, 4).

    `both`: (4, N, 2), the ink's deviations and the usual ones. A stroke may be as in the reference,
    as people usually write it, or between the two: what is nearest. `precision`: (4, 4, N, N).
    """
    each = np.arange(both.shape[1])
    weighted = np.einsum("abij,bjk->iak", precision, both)
    own = precision[:, :, each, each].transpose(2, 0, 1)
    covariance = np.asarray(np.linalg.inv(own), np.float64)
    drawn, usual = np.moveaxis(covariance @ weighted, 2, 0)
    towards = (own @ usual[..., None])[..., 0]
    fraction = (towards * drawn).sum(axis=1) / np.maximum((towards * usual).sum(axis=1), 1e-12)
    return drawn - np.clip(fraction, 0, 1)[:, None] * usual, covariance


def _over_limits(residual: Array, covariance: Array, squares: Array) -> Array:
    """(N, 3): place, length and turn over their limits, for a writer as neat as the others show.

    `squares`: (N,), the squared Mahalanobis distances of `residual`.
    """
    place = np.sqrt(_squares(residual[:, :2], covariance[:, :2, :2]))
    spread = np.sqrt(covariance[:, [2, 3], [2, 3]])
    length, turn = (np.abs(residual[:, 2:]) / spread).T
    over = np.stack([place / PLACE_LIMIT, length / LENGTH_LIMIT, turn / TURN_LIMIT], axis=1)
    return np.asarray(over / _neatness(squares)[:, None])


def _neatness(squares: Array) -> Array:
    """(N,): the spread of the other strokes over that of the table, within NEATNESS."""
    squares = np.minimum(squares, LARGEST_SURPRISE)
    others = squares.sum() - squares
    prior = DEVIATIONS * NEATNESS_PRIOR
    scale = np.sqrt((prior + others) / (prior + DEVIATIONS * (len(squares) - 1)))
    return np.asarray(np.clip(scale, *NEATNESS))


def _squares(residual: Array, covariance: Array) -> Array:
    """The squared Mahalanobis distances (N,) of `residual` (N, D)."""
    solved = np.linalg.solve(covariance, residual[..., None])[..., 0]
    return np.asarray((residual * solved).sum(axis=1))


def _stroke_form(surprise: _Surprise, ends: Complex, residual: float, length: float) -> StrokeForm:
    """`ends`: (2,), of the reference stroke about its centre."""
    place, growth, turn = surprise.over.tolist()
    x, y, log_ratio, angle = surprise.deviation.tolist()
    if place > 1 and max(growth, turn) > 1:
        # Where one end is in place, the stroke is too long or turned, and not elsewhere.
        moves = complex(x, y) + (np.exp(complex(log_ratio, angle)) - 1) * ends
        shifts = np.stack([moves.real, moves.imag], axis=1)
        spread = np.broadcast_to(surprise.covariance[:2, :2], (2, 2, 2))
        centre = float(_squares(np.array([[x, y]]), spread[:1])[0])
        place *= min(1.0, float(np.sqrt(_squares(shifts, spread).min() / centre)))
    return StrokeForm(
        place,
        float(np.copysign(growth, log_ratio)),
        turn,
        residual / (SHAPE_LIMIT + SHAPE_SLOPE * length),
        (x, y),
        float(np.exp(log_ratio)),
        residual,
    )
