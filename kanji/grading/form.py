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
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.references.reference import Reference
from kanji.grading.slips import Slips, mahalanobis
from kanji.grading.variation import (
    DEVIATIONS,
    FREE,
    LENGTH_FLOOR,
    Complex,
    Shapes,
    affine_effects,
    variation,
)
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, resample_all

# By how much the other strokes alone must surprise, of what they and the stroke's other measures
# do. Larger = a stroke of which one measure is off is told more often, and more often something
# else of it too.
ALONE = 1.5
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
# How far the better end of a misplaced stroke is from its place, over how far the centre is, below
# which the stroke is not misplaced but too long, too short or turned. Larger = fewer are misplaced.
END_IS_RIGHT = 0.5
SETTLINGS = 2  # times that size and place of the whole are fitted
MODELS_KEPT = 128  # of about 12 kB each; more = faster for many characters


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

    `curves`: (R, POINTS), points in boxes as complex numbers. `lengths`: (R,), as in `Shapes`.
    `free`: (4R, 3), what size and place (x, y) of the whole add to the deviations. `mean`: (4R,),
    of the deviations. `precision`: (4R, 4R), the inverse of their covariance, in float32 as many
    models are kept.
    """

    curves: Complex
    lengths: Array
    free: Array
    mean: Array
    precision: npt.NDArray[np.float32]

    def of(self, strokes: npt.NDArray[np.int64]) -> FormModel:
        """The model of some of the strokes (N,) in their order, nothing known of the others."""
        count = len(self.lengths)
        if np.array_equal(strokes, np.arange(count)):  # most drawings
            return self
        is_absent = np.ones(count, bool)
        is_absent[strokes] = False
        precision = _without(
            self.precision.astype(np.float64), np.flatnonzero(np.tile(is_absent, DEVIATIONS))
        )
        rows = (strokes + count * np.arange(DEVIATIONS)[:, None]).ravel()
        return FormModel(
            self.curves[strokes],
            self.lengths[strokes],
            self.free[rows],
            self.mean[rows],
            precision[np.ix_(rows, rows)].astype(np.float32),
        )


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
    surprises = _surprises(fitted.deviations, fitted.model)
    grades = [
        _stroke_form(surprise, ends, residual, length)
        for surprise, ends, residual, length in zip(
            surprises, fitted.ends, fitted.residual, fitted.model.lengths, strict=True
        )
    ]
    turn = max(abs(fitted.turn) - fitted.turn_error, 0.0)
    return Form(tuple(grades), float(np.degrees(np.copysign(turn, fitted.turn))))


@dataclass(frozen=True, eq=False)
class FittedForm:
    """Drawn strokes in the size and place that the reference makes most probable.

    `deviations`: (4N,); `model`: of these strokes. `ends`: (N, 2), by which the ends of each stroke
    are elsewhere than the reference's, with the centres on each other. `residual`: (N,), the
    distance that is left of each stroke after it is moved, turned and sized to fit. `turn`: of the
    whole, in radians; `turn_error`: by which it may be wrong, as the strokes have another shape
    than the reference's.
    """

    deviations: Array
    model: FormModel
    ends: Complex
    residual: Array
    turn: float
    turn_error: float


def fit_form(
    drawn: Array, strokes: npt.NDArray[np.int64], reference: Reference, *, may_turn: bool = True
) -> FittedForm:
    """Fits drawn strokes as `form` takes them; N is at least 1."""
    model = form_model(reference).of(strokes)
    ink = drawn[..., 0] + 1j * drawn[..., 1]
    turn = common_turn(ink, model.curves) if may_turn else 0.0
    ink, deviations = _settled(ink * np.exp(-1j * turn), model)
    ratios = _ratios(ink, model.curves)
    local = _local(model.curves)
    drawn_local = _local(ink)
    distance = np.abs(drawn_local - ratios[:, None] * local)
    turn_error = float(np.sqrt((distance**2).sum() / max((np.abs(local) ** 2).sum(), 1e-12)))
    # A stroke that is too long is that already; its shape is judged at the reference's size.
    residual = np.sqrt((distance**2).mean(axis=1)) / np.maximum(np.abs(ratios), 1.0)
    ends = (drawn_local - local)[:, [0, -1]]
    return FittedForm(deviations, model, ends, residual, turn, turn_error)


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


@functools.lru_cache(maxsize=MODELS_KEPT)
def form_model(reference: Reference) -> FormModel:
    """The model of a reference, computed once."""
    shapes = reference_shapes(reference)
    expected = variation(reference, shapes)
    precision = np.linalg.inv(expected.covariance).astype(np.float32)
    free = affine_effects(shapes)[:, [0, 4, 5]]
    return FormModel(shapes.curves, shapes.length, free, expected.mean, precision)


def reference_shapes(reference: Reference) -> Shapes:
    """The shapes of a reference's strokes in the box of the character, whose longer side is 1."""
    points = resample_all([stroke.points for stroke in reference.strokes], POINTS)
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    points = (points - (low + high) / 2) / max((high - low).max(), 1e-9)
    return Shapes.of(points[..., 0] + 1j * points[..., 1])


def _without(precision: Array, rows: npt.NDArray[np.int64]) -> Array:
    """The precision of the other rows where nothing is known of `rows`, which stay in as zeros."""
    gain = np.linalg.solve(precision[np.ix_(rows, rows)], precision[rows])
    return np.asarray(precision - precision[:, rows] @ gain)


def _local(curves: Complex) -> Complex:
    """`curves` (N, K) about their centres.

    They start at 0 first: a point then has no extent at all, and no turn that rounding decides.
    """
    moved = curves - curves[:, :1]
    return np.asarray(moved - moved.mean(axis=1, keepdims=True))


def _ratios(ink: Complex, target: Complex) -> Complex:
    """The complex factor that turns and sizes each stroke of `target` (N, K) to fit the ink's."""
    local = _local(target)
    products = (local.conj() * _local(ink)).sum(axis=1)
    return np.asarray(products / np.maximum((np.abs(local) ** 2).sum(axis=1), 1e-12))


def _settled(ink: Complex, model: FormModel) -> tuple[Complex, Array]:
    """The ink (N, K) in its most probable size and place, and its deviations."""
    target = model.curves
    spread = [float(np.sqrt((np.abs(c - c.mean()) ** 2).mean())) for c in (ink, target)]
    ink = (ink - ink.mean()) * (spread[1] / max(spread[0], 1e-12)) + target.mean()
    free = FREE**2 * model.free.T @ model.precision
    for _ in range(SETTLINGS):
        size, x, y = free @ _deviations(ink, target, model.lengths)
        ink = (ink - complex(x, y)) * np.exp(-size)
    return ink, _deviations(ink, target, model.lengths)


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


def _surprises(deviations: Array, model: FormModel) -> list[_Surprise]:
    """The surprise of each stroke; the most surprising one predicts no other."""
    count = len(deviations) // DEVIATIONS
    slips = Slips.of(model.lengths)
    both = np.stack([deviations, model.mean], axis=1)
    precision = model.precision.astype(np.float64)
    surprises: dict[int, _Surprise] = {}
    remaining = np.arange(count)
    while len(remaining):
        rows = remaining + count * np.arange(DEVIATIONS)[:, None]  # (4, N)
        residual, weighted, own = _left_out(
            both[rows], precision[rows[:, None, :, None], rows[None, :, None]]
        )
        covariance = np.asarray(np.linalg.inv(own), np.float64)
        over = _over(residual, covariance, weighted, own, slips.at(remaining))
        worst = int(over.max(axis=1).argmax())
        is_last = bool(surprises) and over.max() <= 1
        for n in range(len(remaining)) if is_last else (worst,):
            surprises[int(remaining[n])] = _Surprise(residual[n], covariance[n], over[n])
        if is_last:
            break
        precision = _without(precision, rows[:, worst])
        remaining = np.delete(remaining, worst)
    return [surprises[n] for n in range(count)]


def _left_out(both: Array, precision: Array) -> tuple[Array, Array, Array]:
    """Each stroke's deviations less what the others predict.

    Returns them (N, 4), their precision (N, 4, 4), and before these, that times them (N, 4).
    `both`: (4, N, 2), the ink's deviations and the usual ones. A stroke may be as in the reference,
    as people usually write it, or between the two: what is nearest. `precision`: (4, 4, N, N).
    """
    each = np.arange(both.shape[1])
    weighted = np.einsum("abij,bjk->iak", precision, both)
    own = precision[:, :, each, each].transpose(2, 0, 1)
    drawn, usual = np.moveaxis(np.linalg.solve(own, weighted), 2, 0)
    towards = weighted[..., 1]
    fraction = (towards * drawn).sum(axis=1) / np.maximum((towards * usual).sum(axis=1), 1e-12)
    fraction = np.clip(fraction, 0, 1)[:, None]
    return drawn - fraction * usual, weighted[..., 0] - fraction * towards, own


def _over(residual: Array, covariance: Array, weighted: Array, own: Array, slips: Slips) -> Array:
    """(N, 3): place, length and turn over their limits for a writer as neat as the others.

    Each is compared with what the other strokes and the stroke's other two measures predict: a
    stroke that is only too long is not where a long one would be. It is at most ALONE times what
    it is by the other strokes alone. `covariance`: (N, 4, 4), of `residual`; the rest as
    `_left_out` gives it.
    """
    neatness = _neatness((residual * weighted).sum(axis=1))[:, None]
    variances = np.diagonal(covariance, axis1=1, axis2=2)[:, 2:]
    alone = slips.over(residual, covariance[:, :2, :2], variances, neatness)
    given = np.array(weighted)
    place = np.asarray(np.linalg.inv(own[:, :2, :2]), np.float64)
    given[:, :2] = (place @ weighted[:, :2, None])[..., 0]
    variances = 1 / np.diagonal(own, axis1=1, axis2=2)[:, 2:]
    given[:, 2:] *= variances
    return np.minimum(ALONE * alone, slips.over(given, place, variances, neatness))


def _neatness(squares: Array) -> Array:
    """(N,): the spread of the other strokes over that of the table, within NEATNESS.

    `squares`: (N,), the squared Mahalanobis distance of each stroke.
    """
    squares = np.minimum(squares, LARGEST_SURPRISE)
    others = squares.sum() - squares
    prior = DEVIATIONS * NEATNESS_PRIOR
    scale = np.sqrt((prior + others) / (prior + DEVIATIONS * (len(squares) - 1)))
    return np.asarray(np.clip(scale, *NEATNESS))


def _stroke_form(surprise: _Surprise, ends: Complex, residual: float, length: float) -> StrokeForm:
    """`ends`: (2,), by which the drawn ends are elsewhere than the reference's, less the centre."""
    place, growth, turn = surprise.over.tolist()
    x, y, log_ratio, angle = surprise.deviation.tolist()
    shape = residual / (SHAPE_LIMIT + SHAPE_SLOPE * length)
    if place > 1:
        right = _rightest_end(surprise, ends)
        if right < END_IS_RIGHT and shape <= 1:
            if abs(log_ratio) > abs(angle):
                growth = max(growth, place)
            else:
                turn = max(turn, place)
        if max(growth, turn, shape) > 1:
            place *= right
    return StrokeForm(
        place,
        float(np.copysign(growth, log_ratio)),
        turn,
        shape,
        (x, y),
        float(np.exp(log_ratio)),
        residual,
    )


def _rightest_end(surprise: _Surprise, ends: Complex) -> float:
    """How far the end that is less misplaced is from its place, over how far the centre is.

    At most 1. Where one end is in place, the stroke is too long or turned, and not elsewhere.
    """
    centre = surprise.deviation[:2]
    moves = centre + np.array([[0.0, 0.0], *([end.real, end.imag] for end in ends)])
    spread = np.broadcast_to(surprise.covariance[:2, :2], (3, 2, 2))
    squares = mahalanobis(moves, spread)
    return min(1.0, math.sqrt(squares[1:].min() / squares[0]))
