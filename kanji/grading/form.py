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
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.references.reference import Reference
from kanji.grading.slips import Slips
from kanji.grading.variation import (
    DEVIATIONS,
    FREE,
    LENGTH_FLOOR,
    Complex,
    Shapes,
    affine_effects,
    variation,
)
from kanji.matching.geometry import Array, mean
from kanji.matching.sides import target_of

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
MODELS_KEPT = 256  # of about 23 kB each; more = faster for many characters


class StrokeForm(NamedTuple):
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
    models are kept. What follows from these is computed once.
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

    @cached_property
    def centres(self) -> Complex:
        """(R,)"""
        return mean(self.curves, axis=1)

    @cached_property
    def local(self) -> Complex:
        """(R, POINTS): the curves about their centres."""
        return _local(self.curves)

    @cached_property
    def squares(self) -> Array:
        """(R,): the sum of the squared distances of each curve's points from its centre."""
        return np.asarray((np.abs(self.local) ** 2).sum(axis=1))

    @cached_property
    def arcs(self) -> Array:
        """(R,): the length along each curve."""
        return np.asarray(np.abs(np.diff(self.curves, axis=1)).sum(axis=1))

    @cached_property
    def turn_weights(self) -> Array:
        """(R + 1,): what the turns of the strokes, and an upright one, count in the whole's."""
        return np.append(self.arcs, UPRIGHT_WEIGHT * self.arcs.sum())

    @cached_property
    def slips(self) -> Slips:
        """The slips that a teacher names, in strokes of these lengths."""
        return Slips.of(self.lengths)

    @cached_property
    def spread(self) -> float:
        """Root mean square distance of all points from their centre."""
        return _spread(self.centres, self.squares.sum(), self.curves.shape[1])

    @cached_property
    def settling(self) -> Array:
        """(3, 4R): size and place of the whole for deviations."""
        return np.asarray(FREE**2 * self.free.T @ self.precision)

    @cached_property
    def own(self) -> _Own:
        """The strokes' own precision where all others are known."""
        return _Own.of(self.precision.astype(np.float64), np.ones(len(self.lengths), bool))


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
    surprise = _surprises(fitted.deviations, fitted.model)
    measured = (
        surprise.over,
        surprise.deviation,
        surprise.covariance[:, :2, :2],
        fitted.ends,
        fitted.residual,
        fitted.model.lengths,
    )
    rows = zip(*(part.tolist() for part in measured), strict=True)
    grades = [_stroke_form(*row) for row in rows]
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
    curves = drawn[..., 0] + 1j * drawn[..., 1]
    centres, local = mean(curves, axis=1), _local(curves)
    ratios = _ratios(local, model)
    turn = common_turn(ratios, model) if may_turn else 0.0
    size = model.spread / max(_spread(centres, (np.abs(local) ** 2).sum(), local.shape[1]), 1e-12)
    factor = size * np.exp(-1j * turn)
    centres = (centres - mean(centres)) * factor + mean(model.centres)
    settled, deviations = _settled(centres, ratios * factor, model)
    ratios, local = ratios * (factor * settled), local * (factor * settled)
    squares = np.abs(local - ratios[:, None] * model.local) ** 2
    turn_error = math.sqrt(squares.sum() / max(model.squares.sum(), 1e-12))
    # A stroke that is too long is that already; its shape is judged at the reference's size.
    residual = np.sqrt(mean(squares, axis=1)) / np.maximum(np.abs(ratios), 1.0)
    ends = (local - model.local)[:, [0, -1]]
    return FittedForm(deviations, model, ends, residual, turn, turn_error)


def turn_of(drawn: Array, reference: Reference) -> float:
    """The `common_turn` of drawn strokes (R, POINTS, 2), the reference's in their order."""
    model = form_model(reference)
    return common_turn(_ratios(_local(drawn[..., 0] + 1j * drawn[..., 1]), model), model)


def common_turn(ratios: Complex, model: FormModel) -> float:
    """By how much the strokes are turned together, in radians clockwise.

    The median over the strokes and an upright one, weighted by length. `ratios`: (R,), by which
    each is turned and sized.
    """
    turns = np.concatenate([np.angle(ratios), (0.0,)])
    order = turns.argsort(kind="stable")
    upto = model.turn_weights[order].cumsum()
    return float(turns[order[upto.searchsorted(upto[-1] / 2)]])


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
    points = target_of([stroke.points for stroke in reference.strokes]).resampled
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    points = (points - (low + high) / 2) / max((high - low).max(), 1e-9)
    return Shapes.of(points[..., 0] + 1j * points[..., 1])


def _without(precision: Array, rows: npt.NDArray[np.int64]) -> Array:
    """The precision of the other rows where nothing is known of `rows`, which stay in as zeros."""
    gain = np.linalg.solve(precision[np.ix_(rows, rows)], precision[rows])
    others = np.asarray(precision - precision[:, rows] @ gain)
    others[rows], others[:, rows] = 0, 0
    return others


def _local(curves: Complex) -> Complex:
    """`curves` (N, K) about their centres.

    They start at 0 first: a point then has no extent at all, and no turn that rounding decides.
    """
    moved = curves - curves[:, :1]
    return np.asarray(moved - mean(moved, axis=1)[:, None])


def _ratios(local: Complex, model: FormModel) -> Complex:
    """The complex factor (N,) that turns and sizes each stroke of the model to fit the ink's.

    `local`: (N, K), the ink about the centres of its strokes.
    """
    products = (model.local.conj() * local).sum(axis=1)
    return np.asarray(products / np.maximum(model.squares, 1e-12))


def _spread(centres: Complex, squares: float, points: int) -> float:
    """Root mean square distance of points from the centre of all.

    `centres`: (N,), of strokes of so many `points`; `squares`: the sum of the squared distances
    from these.
    """
    between = mean(np.abs(centres - mean(centres)) ** 2)
    return math.sqrt(between + squares / (len(centres) * points))


def _settled(centres: Complex, ratios: Complex, model: FormModel) -> tuple[float, Array]:
    """The factor that brings the ink to its most probable size, and its deviations there.

    `centres` and `ratios`: (N,), of the ink before.
    """
    factor = 1.0
    for _ in range(SETTLINGS):
        size, x, y = (model.settling @ _deviations(centres, ratios * factor, model)).tolist()
        step = math.exp(-size)
        centres, factor = (centres - complex(x, y)) * step, factor * step
    return factor, _deviations(centres, ratios * factor, model)


def _deviations(centres: Complex, ratios: Complex, model: FormModel) -> Array:
    """The deviations (4N,) of strokes from those of the model."""
    shift, lengths = centres - model.centres, model.lengths
    growth = np.log((np.abs(ratios) * lengths + LENGTH_FLOOR) / (lengths + LENGTH_FLOOR))
    # Of a point the ratio is 0, and after a product -0, whose angle would be half a turn.
    return np.concatenate([shift.real, shift.imag, growth, np.angle(ratios + 0.0)])


class _Own(NamedTuple):
    """What is known of each stroke by the others alone, and by its own other measures too.

    `covariance`: (N, 4, 4), by the others. The rest has both, in this order. `place`: (2, N, 3), of
    the precision in place, what the squares of x and y and their product count. `variances`: (2, N,
    2), of length and turn. `given`: (N, 4, 4), which makes of deviations times their precision what
    is left of place, length and turn by all that is known. A stroke of which nothing is known has
    the precision 1.
    """

    covariance: Array
    place: Array
    variances: Array
    given: Array

    @classmethod
    def of(cls, precision: Array, is_known: npt.NDArray[np.bool_]) -> _Own:
        """By the precision (4N, 4N) of all strokes, of which some (N,) are known."""
        count = len(is_known)
        each = np.arange(count)
        own = precision.reshape(DEVIATIONS, count, DEVIATIONS, count)[:, each, :, each]
        own[~is_known] = np.eye(DEVIATIONS)
        covariance = np.linalg.inv(own)
        in_place, of_place = np.linalg.inv(np.array([covariance, own])[..., :2, :2])
        both = np.array([in_place, own[:, :2, :2]]).reshape(2, count, 4)
        place = both[..., [0, 3, 1]] * (1, 1, 2)
        rest = [2, 3]
        variances = np.array([covariance[:, rest, rest], 1 / own[:, rest, rest]])
        given = np.zeros((count, DEVIATIONS, DEVIATIONS))
        given[:, :2, :2] = of_place
        given[:, rest, rest] = variances[1]
        return cls(np.asarray(covariance, np.float64), place, variances, given)


class _Surprise(NamedTuple):
    """How much each stroke surprises.

    `deviation`: (N, 4), less what the others predict; `covariance`: (N, 4, 4), its spread. `over`:
    (N, 3), place, length and turn over their limits.
    """

    deviation: Array
    covariance: Array
    over: Array


def _surprises(deviations: Array, model: FormModel) -> _Surprise:
    """The surprise of each stroke; the most surprising one predicts no other."""
    count = len(model.lengths)
    both = np.array([deviations, model.mean]).T
    precision, own = model.precision.astype(np.float64), model.own
    is_left = np.ones(count, bool)
    found = _Surprise(np.empty((count, 4)), np.empty((count, 4, 4)), np.empty((count, 3)))
    for left in range(count, 0, -1):
        residual, weighted = _left_out(both, precision, own)
        over = _over(residual, weighted, own, model.slips, strokes=left)
        for kept, now in zip(found, (residual, own.covariance, over), strict=True):
            kept[is_left] = now[is_left]
        worst = over.max(axis=1).argmax()
        if left < count and over[worst].max() <= 1:
            break
        is_left[worst] = False
        precision = _without(precision, worst + count * np.arange(DEVIATIONS))
        own = _Own.of(precision, is_left)
    return found


def _left_out(both: Array, precision: Array, own: _Own) -> tuple[Array, Array]:
    """Each stroke's deviations less what the others predict; before it, their precision times that.

    Both are (N, 4). `both`: (4N, 2), the ink's deviations and the usual ones. A stroke may be as in
    the reference, as people usually write it, or between the two: what is nearest. `precision`:
    (4N, 4N); strokes with zeros predict nothing.
    """
    weighted = (precision @ both).reshape(DEVIATIONS, -1, 2).transpose(1, 0, 2)
    left = own.covariance @ weighted
    drawn, usual, towards = left[..., 0], left[..., 1], weighted[..., 1]
    fraction = (towards * drawn).sum(axis=1) / np.maximum((towards * usual).sum(axis=1), 1e-12)
    fraction = np.minimum(np.maximum(fraction, 0), 1)[:, None]
    return drawn - fraction * usual, weighted[..., 0] - fraction * towards


def _over(residual: Array, weighted: Array, own: _Own, slips: Slips, *, strokes: int) -> Array:
    """(N, 3): place, length and turn over their limits for a writer as neat as the others.

    Each is compared with what the other strokes and the stroke's other two measures predict: a
    stroke that is only too long is not where a long one would be. It is at most ALONE times what
    it is by the other strokes alone. `residual` and `weighted`: as `_left_out` gives them.
    `strokes`: how many are known.
    """
    neatness = _neatness((residual * weighted).sum(axis=1), strokes)[:, None]
    deviations = np.array([residual, (own.given @ weighted[..., None])[..., 0]])
    parts = deviations[..., [0, 1, 0]] * deviations[..., [0, 1, 1]]
    moved = parts[..., 0] + parts[..., 1]
    place = moved / np.maximum((own.place * parts).sum(axis=2), 1e-12)
    sizes = np.concatenate([np.sqrt(moved)[..., None], np.abs(deviations[..., 2:])], axis=2)
    variances = np.concatenate([place[..., None], own.variances], axis=2)
    alone, given = slips.over(sizes, variances * neatness**2)
    return np.asarray(np.minimum(ALONE * alone, given))


def _neatness(squares: Array, strokes: int) -> Array:
    """(N,): the spread of the other strokes over that of the table, within NEATNESS.

    `squares`: (N,), the squared Mahalanobis distance of each of so many `strokes`; 0 for others.
    """
    squares = np.minimum(squares, LARGEST_SURPRISE)
    others = squares.sum() - squares
    prior = DEVIATIONS * NEATNESS_PRIOR
    scale = np.sqrt((prior + others) / (prior + DEVIATIONS * (strokes - 1)))
    return np.asarray(np.minimum(np.maximum(scale, NEATNESS[0]), NEATNESS[1]))


def _stroke_form(
    over: list[float],
    deviation: list[float],
    spread: list[list[float]],
    ends: list[complex],
    residual: float,
    length: float,
) -> StrokeForm:
    """The form of one stroke.

    `over`, `deviation`: rows of a `_Surprise`; `spread`: (2, 2), its covariance in place. `ends`:
    by which the two drawn ends are elsewhere than the reference's, less the centre.
    """
    place, growth, turn = over
    x, y, log_ratio, angle = deviation
    shape = residual / (SHAPE_LIMIT + SHAPE_SLOPE * length)
    if place > 1:
        right = _rightest_end(complex(x, y), spread, ends)
        if right < END_IS_RIGHT and shape <= 1:
            if abs(log_ratio) > abs(angle):
                growth = max(growth, place)
            else:
                turn = max(turn, place)
        if max(growth, turn, shape) > 1:
            place *= right
    length_ratio = math.exp(log_ratio)
    growth = math.copysign(growth, log_ratio)
    return StrokeForm(place, growth, turn, shape, (x, y), length_ratio, residual)


def _rightest_end(centre: complex, spread: list[list[float]], ends: list[complex]) -> float:
    """How far the end that is less misplaced is from its place, over how far the centre is.

    At most 1. Where one end is in place, the stroke is too long or turned, and not elsewhere.
    """
    (across, both), (_, down) = spread
    own, *others = (
        down * by.real**2 - 2 * both * by.real * by.imag + across * by.imag**2
        for by in (centre, *(centre + end for end in ends))
    )
    return min(1.0, math.sqrt(max(min(others), 0.0) / own))
