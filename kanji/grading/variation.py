"""How people vary when they write a stroke: where it is, how long, and which way it runs.

The numbers are in `variation.json`, made by `python -m tests.bench.form_fit`. Four deviations
describe a drawn stroke in the box of its character: its place across and down, the logarithm of its
length, and its turn in radians. Together they are one Gaussian per character:

- the whole character is stretched, turned and sheared, and placed and sized freely;
- the paper under it is warped: points near each other move together, whichever stroke they are of;
- neighbouring strokes move, grow and turn together, the nearer the more;
- each stroke deviates by itself, as much as strokes of its component and its type do. Its four
  deviations go together: a stroke that begins where it should and is long has its centre elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.references.reference import Reference
from kanji.matching.geometry import Array

TABLE = Path(__file__).with_name("variation.json")
DEVIATIONS = 4  # of each stroke: x, y, logarithm of the length, turn
LENGTH_FLOOR = 0.03  # of a box, added to both lengths in their ratio: dots vary more
FREE = 0.5  # standard deviation of size (its logarithm) and place: hardly a limit
USUAL_STROKES = 8  # of a character; strokes of one with more are placed more exactly
WARP_STEP = 5  # points of a curve from one at which the warp is known to the next; between: linear

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class Variation:
    """The distribution of the deviations of R strokes, in the order of `deviations`.

    `mean`: (4R,). `covariance`: (4R, 4R).
    """

    mean: Array
    covariance: Array


@dataclass(frozen=True, eq=False)
class Shapes:
    """What the model needs of reference strokes: arrays (R,).

    `curves`: (R, K), points in boxes as complex numbers. `centre`: complex, in boxes. `length`:
    that of a straight stroke as widely spread, in boxes. `spread`: sum of the squared distances of
    the points from the centre. `stretch`: complex; how a stretch of the character turns and
    lengthens the stroke.
    """

    curves: Complex
    centre: Complex
    length: Array
    spread: Array
    stretch: Complex

    @classmethod
    def of(cls, curves: Complex) -> Shapes:
        """The shapes of `curves` (R, K), points in boxes as complex numbers."""
        centre = curves.mean(axis=1)
        local = curves - centre[:, None]
        spread = np.maximum((np.abs(local) ** 2).sum(axis=1), 1e-12)
        length = 2 * np.sqrt(3 * spread / curves.shape[1])
        return cls(curves, centre, length, spread, (local**2).sum(axis=1) / spread)

    @property
    def floored(self) -> Array:
        """(R,): how much of a stroke's growth its deviation in length shows."""
        return np.asarray(self.length / (self.length + LENGTH_FLOOR))


def variation(reference: Reference, shapes: Shapes) -> Variation:
    """The distribution for the strokes of `reference`, which have `shapes`."""
    numbers = table()
    affine = affine_effects(shapes)
    spread = np.array([FREE, numbers["turn"], numbers["stretch"], numbers["shear"], FREE, FREE])
    covariance = (affine * spread**2) @ affine.T + warped(shapes, numbers)
    covariance += shared(shapes, numbers)
    scale = base_spread(shapes, numbers)
    mean, by_itself = own(reference, numbers)
    each = np.arange(len(mean))
    blocks = covariance.reshape(DEVIATIONS, len(mean), DEVIATIONS, len(mean))
    blocks[:, each, :, each] += by_itself * scale.T[:, :, None] * scale.T[:, None, :]
    return Variation((mean.T * scale).ravel(), covariance)


def affine_effects(shapes: Shapes) -> Array:
    """(4R, 6): what a little size, turn, stretch, shear and place add to the deviations."""
    x, y = shapes.centre.real, shapes.centre.imag
    floored = shapes.floored
    along, across = shapes.stretch.real, shapes.stretch.imag
    none, one = np.zeros(len(x)), np.ones(len(x))
    columns = [
        (x, y, floored, none),
        (-y, x, none, one),
        (x, -y, along * floored, -across),
        (y, x, across * floored, along),
        (one, none, none, none),
        (none, one, none, none),
    ]
    return np.stack([np.concatenate(column) for column in columns], axis=1)


def warped(shapes: Shapes, table: dict[str, Any]) -> Array:
    """(4R, 4R): the covariance by which a warp of the paper moves, lengthens and turns strokes."""
    points = shapes.curves[:, ::WARP_STEP]
    count, knots = points.shape
    at = np.arange(shapes.curves.shape[1])[:, None] / WARP_STEP
    weights = np.maximum(1 - np.abs(at - np.arange(knots)), 0.0)  # of the knots at each point
    place = np.broadcast_to(weights.mean(axis=0), points.shape)
    local = shapes.curves - shapes.centre[:, None]
    ratio = local.conj() @ weights / shapes.spread[:, None]
    none = np.zeros(points.shape)
    growth = ratio * shapes.floored[:, None]
    right = np.stack([place, none, growth.real, ratio.imag])  # what a knot's move right does
    down = np.stack([none, place, -growth.imag, ratio.real])
    near = table["warp"] ** 2 * _nearness(points.ravel(), table["warp_reach"])
    covariance = np.zeros((DEVIATIONS * count, DEVIATIONS * count))
    each = np.arange(count)
    for effect in (right, down):
        spaced = np.zeros((DEVIATIONS, count, count, knots))
        spaced[:, each, each] = effect
        flat = spaced.reshape(DEVIATIONS * count, count * knots)
        covariance += flat @ near @ flat.T
    return covariance


def shared(shapes: Shapes, table: dict[str, Any]) -> Array:
    """(4R, 4R): the covariance by which neighbouring strokes deviate together."""
    spread = np.diag(np.square(table["shared"]))
    return np.asarray(np.kron(spread, _nearness(shapes.centre, table["reach"])))


def _nearness(points: Complex, reach: float) -> Array:
    """(N, N): 1 for the same point, less the farther two are apart."""
    squares = np.abs(points[:, None] - points[None]) ** 2
    return np.asarray(np.exp(-squares / (2 * reach**2)))


def base_spread(shapes: Shapes, table: dict[str, Any]) -> Array:
    """(4, R): the standard deviations of a stroke by itself, before its type and component."""
    count = len(shapes.length)
    place = table["place"] * (count / USUAL_STROKES) ** -table["place_power"]
    inverse = 1 / (shapes.length + LENGTH_FLOOR)
    length = np.hypot(table["length"][0], table["length"][1] * inverse)
    turn = np.hypot(table["direction"][0], table["direction"][1] * inverse)
    return np.stack([np.full(count, place), np.full(count, place), length, turn])


def own(reference: Reference, table: dict[str, Any]) -> tuple[Array, Array]:
    """The mean (R, 4) and covariance (R, 4, 4) of each stroke by itself, over the base spread.

    Those of its component where the table has it, else those of its type.
    """
    types, components = table["types"], table["components"]
    rows = [
        components.get(component, types.get(kind, NOTHING_KNOWN))
        for component, kind in zip(component_keys(reference), type_keys(reference), strict=True)
    ]
    values = np.array(rows, np.float64)
    mean, spread, pairs = np.split(values, [DEVIATIONS, 2 * DEVIATIONS], axis=1)
    correlation = np.tile(np.eye(DEVIATIONS), (len(values), 1, 1))
    correlation[:, FIRST, SECOND] = correlation[:, SECOND, FIRST] = pairs
    return mean, correlation * spread[:, :, None] * spread[:, None, :]


# A row of the table: the mean and the spread of each deviation, and the correlations of each two.
FIRST, SECOND = np.triu_indices(DEVIATIONS, 1)
NOTHING_KNOWN = (0.0,) * DEVIATIONS + (1.0,) * DEVIATIONS + (0.0,) * len(FIRST)


def type_keys(reference: Reference) -> list[str]:
    """The type of each stroke as the table has it: ㇐ for ㇐a, ㇀/ where there is a second type."""
    return [stroke.type[:1] + ("/" if "/" in stroke.type else "") for stroke in reference.strokes]


def component_keys(reference: Reference) -> list[str]:
    """For each stroke its smallest component of two strokes or more, and its place there: 扌2."""
    keys = [f"{reference.character}{n}" for n in range(len(reference.strokes))]
    sizes = [len(keys) + 1] * len(keys)
    for component in reference.components.walk() if reference.components else ():
        size = len(component.strokes)
        if component.element is None or size < 2:
            continue
        for place, stroke in enumerate(component.strokes):
            if stroke < len(keys) and size < sizes[stroke]:
                sizes[stroke], keys[stroke] = size, f"{component.element}{place}"
    return keys


def table() -> dict[str, Any]:
    """The fitted numbers, read once."""
    if not _TABLE:
        use(json.loads(TABLE.read_text(encoding="utf-8")))
    return _TABLE


def use(table: dict[str, Any]) -> None:
    """Takes the numbers of `table` from now on: for `tests.bench.form_fit`."""
    _TABLE.clear()
    _TABLE.update(table)


_TABLE: dict[str, Any] = {}
