"""Fits `kanji/grading/variation.json`: how people's strokes deviate from KanjiVG's.

`python -m tests.bench.form_fit all.tdic [-o kanji/grading/variation.json]`

Two hands that anyone can get: the file of https://github.com/hiroyuki-komatsu/tomoe_data (one
native writer, Apache-2.0 or CC BY 4.0), of which every other joyo kanji and kana is left out, for
validation, and the medians of makemeahanzi (`hitsujun data fetch makemeahanzi`). Only inks in
canonical order and number count. The kernel is fitted to the native writer by maximum likelihood,
the means and covariances of types and components to both by expectation maximisation; strokes that
fit no distribution are left out of both.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from data.cache import replacing
from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading import variation
from kanji.grading.form import fit_form, form_model, reference_shapes
from kanji.grading.variation import (
    DEVIATIONS,
    FIRST,
    SECOND,
    TABLE,
    component_keys,
    type_keys,
)
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, resample_all
from tests.bench.grading import is_canonical

# The kernel where the fit begins; its names are those of `variation.json`.
START: dict[str, Any] = {
    "turn": 0.0121, "stretch": 0.0235, "shear": 0.0125, "reach": 0.6242, "warp": 0.018,
    "warp_reach": 0.2907, "place": 0.034, "place_power": 0.2554,
    "shared": [0.0256, 0.0543, 0.1305, 0.0095], "length": [0.1343, 0.041],
    "direction": [0.0534, 0.0406], "types": {}, "components": {},
}  # fmt: skip
OUTLIER = 28.0  # squared Mahalanobis distance of a stroke, above which it is left out
EVERY = 16  # of the inks, one in so many is used for the kernel
ROUNDS = 3  # of expectation maximisation, before and after the kernel is fitted
TYPE_PRIOR = 10.0  # strokes of mean 0 and base spread that each type begins with
# Strokes of its type that a component's mean and covariance begin with.
COMPONENT_PRIOR = (4.0, 8.0)
LEAST_STROKES = 5  # of a component's stroke, below which it has only its type

Sample = tuple[Ink, Reference]
Moments = tuple[Array, Array]  # of the deviations of a stroke by itself: (4,) and (4, 4)


def main() -> None:
    """Fits and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tomoe", type=Path, help="all.tdic of tomoe_data")
    parser.add_argument("-o", "--output", type=Path, default=TABLE)
    args = parser.parse_args()
    native = [*tested(args.tomoe)[::2], *canonical(tomoe(args.tomoe), rare=True)]
    samples = [*native, *canonical(medians()), *canonical(medians(), rare=True)]
    print(f"{len(native)} inks of tomoe, {len(samples) - len(native)} of makemeahanzi")
    table = START
    for is_first in (True, False):
        for _ in range(ROUNDS):
            table = maximised(table, samples)
        if is_first:
            table = kernel(table, native[::EVERY])
    with replacing(args.output) as temporary:
        temporary.write_text(written(table), "utf-8")


def tested(path: Path) -> list[Sample]:
    """The native writer's joyo kanji and kana, of which every second one is not fitted."""
    return canonical(tomoe(path))


def written(table: dict[str, Any]) -> str:
    """The table as JSON, a row of it on a line."""
    parts = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows = (f"{json.dumps(name, ensure_ascii=False)}: {row}" for name, row in value.items())
            value = "{\n" + ",\n".join(rows) + "\n}"
        parts.append(f'"{key}": {value}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def tomoe(path: Path) -> Iterator[Ink]:
    """The inks of a .tdic file: blocks of a character, `:count`, and a line of points a stroke."""
    for block in re.split(r"\n\s*\n", path.read_text("utf-8")):
        character, _, *lines = block.strip().splitlines() or ["", ""]
        found = [re.findall(r"\((-?\d+) (-?\d+)\)", line) for line in lines]
        strokes = [Stroke(np.array(points, np.float32)) for points in found if points]
        if strokes:
            yield Ink(tuple(strokes), character.strip(), "tomoe")


def medians() -> Iterator[Ink]:
    """The strokes of makemeahanzi as inks."""
    for character, reference in load_references("zh").items():
        yield replace(reference.drawn(), char=character)


def canonical(inks: Iterator[Ink], *, rare: bool = False) -> list[Sample]:
    """The inks in canonical order, number and direction, of joyo kanji and kana.

    `rare`: of all other characters instead.
    """
    references = load_references("ja")
    known = {*characters("joyo"), *characters("kana")}
    wanted = set(references) - known if rare else known
    pairs = [(ink, references[ink.char]) for ink in inks if ink.char in wanted]
    return [pair for pair in pairs if is_canonical(*pair)]


def kernel(table: dict[str, Any], samples: Sequence[Sample]) -> dict[str, Any]:
    """The table with the kernel that makes the deviations of `samples` most probable."""
    variation.use(table)
    rows = []
    for ink, reference in samples:
        shapes = reference_shapes(reference)
        deviations, is_usual = _deviations(ink, reference)
        rows.append((shapes, reference, deviations, np.tile(is_usual, DEVIATIONS)))
    start = np.log(_flat(table))

    def surprise(logs: Array) -> float:
        variation.use(_unflat(table, np.exp(logs)))
        total = 0.0
        for shapes, reference, deviations, used in rows:
            covariance = variation.variation(reference, shapes).covariance[np.ix_(used, used)]
            _, log_determinant = np.linalg.slogdet(covariance)
            kept = deviations[used]
            total += kept @ np.linalg.solve(covariance, kept) + log_determinant
        return float(total / sum(used.sum() for *_, used in rows))

    fitted = minimize(surprise, start, method="L-BFGS-B", options={"maxiter": 12})
    return _unflat(table, np.asarray(np.exp(fitted.x).round(4), np.float64))


SCALARS = ("turn", "stretch", "shear", "reach", "warp", "warp_reach", "place", "place_power")
LISTS = ("shared", "length", "direction")


def _flat(table: dict[str, Any]) -> Array:
    lists = [number for key in LISTS for number in table[key]]
    return np.array([*(table[key] for key in SCALARS), *lists])


def _unflat(table: dict[str, Any], values: Array) -> dict[str, Any]:
    numbers = iter(values.tolist())
    scalars = {key: next(numbers) for key in SCALARS}
    return table | scalars | {key: [next(numbers) for _ in table[key]] for key in LISTS}


def maximised(table: dict[str, Any], samples: Sequence[Sample]) -> dict[str, Any]:
    """The table with means and covariances of types and components, after one round."""
    variation.use(table)
    by_type: dict[str, list[Moments]] = defaultdict(list)
    by_component: dict[str, list[Moments]] = defaultdict(list)
    type_of: dict[str, str] = {}
    for ink, reference in samples:
        own = _own_moments(ink, reference)
        keys = zip(type_keys(reference), component_keys(reference), own, strict=True)
        for kind, component, moments in keys:
            if moments is not None:
                by_type[kind].append(moments)
                by_component[component].append(moments)
                type_of[component] = kind
    types = {
        kind: _row(rows, np.zeros(4), np.eye(4), TYPE_PRIOR, TYPE_PRIOR)
        for kind, rows in by_type.items()
    }
    components = {
        key: _row(rows, *types[type_of[key]], *COMPONENT_PRIOR)
        for key, rows in by_component.items()
        if len(rows) >= LEAST_STROKES
    }
    return table | {
        name: {key: _numbers(*row) for key, row in rows.items()}
        for name, rows in (("types", types), ("components", components))
    }


def _row(
    moments: Sequence[Moments], mean: Array, covariance: Array, prior: float, spread_prior: float
) -> tuple[Array, Array]:
    """Mean (4,) and covariance (4, 4) of strokes whose `moments` are the first and second."""
    count = len(moments)
    first = np.sum([one[0] for one in moments], axis=0)
    second = np.sum([one[1] for one in moments], axis=0)
    new = (first + prior * mean) / (count + prior)
    mixed = np.outer(new, first)
    squares = second - mixed - mixed.T + count * np.outer(new, new)
    return new, (squares + spread_prior * covariance) / (count + spread_prior)


def _numbers(mean: Array, covariance: Array) -> list[float]:
    """A row of the table."""
    spread = np.sqrt(covariance.diagonal())
    correlation = (covariance / np.outer(spread, spread))[FIRST, SECOND]
    row: list[float] = np.round([*mean, *spread, *correlation], 2).tolist()
    return row


def _own_moments(ink: Ink, reference: Reference) -> list[Moments | None]:
    """What each stroke deviates by itself over its base spread, or None for an outlier."""
    deviations, is_usual = _deviations(ink, reference)
    shapes, table = reference_shapes(reference), variation.table()
    expected = variation.variation(reference, shapes)
    used = np.tile(is_usual, DEVIATIONS)
    precision = np.linalg.inv(expected.covariance[np.ix_(used, used)])
    shape = (DEVIATIONS, int(is_usual.sum()))
    each = np.arange(shape[1])
    weighted = (precision @ deviations[used]).reshape(shape).T
    blocks = precision.reshape(shape * 2)[:, each, :, each]
    scale = variation.base_spread(shapes, table).T[is_usual]
    mean, covariance = (part[is_usual] for part in variation.own(reference, table))
    # In units of the base spread: the covariance of a stroke by itself with the precision's.
    first = mean + (covariance @ (scale * weighted)[..., None])[..., 0]
    scaled = blocks * scale[:, :, None] * scale[:, None, :]
    second = covariance - covariance @ scaled @ covariance + first[:, :, None] * first[:, None, :]
    rows = iter(zip(first, second, strict=True))
    return [next(rows) if usual else None for usual in is_usual]


def _deviations(ink: Ink, reference: Reference) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Deviations (4S,) less the usual ones, and which strokes (S,) are no outliers."""
    form_model.cache_clear()
    count = len(reference.strokes)
    drawn = resample_all([stroke.points for stroke in ink.strokes], POINTS)
    fitted = fit_form(drawn, np.arange(count), reference)
    deviations = fitted.deviations - fitted.model.mean
    precision = fitted.model.precision.astype(np.float64)
    squares = [_block(deviations, precision, n, count) for n in range(count)]
    return deviations, np.array(squares) < OUTLIER


def _block(deviations: Array, precision: Array, n: int, count: int) -> float:
    """The squared distance of stroke `n` from what the others predict."""
    rows = n + count * np.arange(DEVIATIONS)
    weighted = precision[rows] @ deviations
    return float(weighted @ np.linalg.solve(precision[np.ix_(rows, rows)], weighted))


if __name__ == "__main__":
    main()
