"""Fits `kanji/grading/variation.json`: how people's strokes deviate from KanjiVG's.

`python -m tests.bench.form_fit all.tdic [-o kanji/grading/variation.json]`

Two hands that anyone can get: the file of https://github.com/hiroyuki-komatsu/tomoe_data (one
native writer, Apache-2.0 or CC BY 4.0), of which every other character is left out, for validation,
and the medians of makemeahanzi (`hitsujun data fetch makemeahanzi`). Only inks in canonical order
and number count. The kernel is fitted by maximum likelihood, the means and spreads of types and
components by expectation maximisation; strokes that fit no distribution are left out of both.
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
from scipy.optimize import minimize

from data.cache import replacing
from data.characters import characters
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from kanji.grading import variation
from kanji.grading.form import fit_form, form_model
from kanji.grading.variation import DEVIATIONS, TABLE, component_keys, type_keys
from kanji.matching.costs import POINTS
from kanji.matching.geometry import Array, resample_all
from tests.bench.grading import is_canonical

# The kernel where the fit begins; its names are those of `variation.json`.
START: dict[str, Any] = {
    "turn": 0.029, "stretch": 0.054, "shear": 0.0176, "reach": 0.42,
    "place": 0.0337, "place_power": 0.27, "shared": [0.042, 0.042, 0.152, 0.031],
    "length": [0.141, 0.039], "direction": [0.0525, 0.0461],
    "types": {}, "components": {},
}  # fmt: skip
OUTLIER = 28.0  # squared Mahalanobis distance of a stroke, above which it is left out
EVERY = 8  # of the inks, one in so many is used for the kernel
ROUNDS = 3  # of expectation maximisation
TYPE_PRIOR = 10.0  # strokes of mean 0 and base spread that each type begins with
COMPONENT_PRIOR = (4.0, 8.0)  # strokes of its type that a component's mean and spread begin with
LEAST_STROKES = 5  # of a component's stroke, below which it has only its type

Sample = tuple[Ink, Reference]


def main() -> None:
    """Fits and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tomoe", type=Path, help="all.tdic of tomoe_data")
    parser.add_argument("-o", "--output", type=Path, default=TABLE)
    args = parser.parse_args()
    native = canonical(tomoe(args.tomoe))[::2]
    samples = [*native, *canonical(medians())[::2]]
    print(f"{len(native)} inks of tomoe, {len(samples) - len(native)} of makemeahanzi")
    table = kernel(START, native[::EVERY])
    for _ in range(ROUNDS):
        table = maximised(table, samples)
    with replacing(args.output) as temporary:
        temporary.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", "utf-8")


def tomoe(path: Path) -> Iterator[Ink]:
    """The inks of a .tdic file: blocks of a character, `:count`, and a line of points a stroke."""
    for block in re.split(r"\n\s*\n", path.read_text("utf-8")):
        character, _, *lines = block.strip().splitlines() or ["", ""]
        found = [re.findall(r"\((-?\d+) (-?\d+)\)", line) for line in lines]
        strokes = [Stroke(np.array(points, np.float32)) for points in found if points]
        if strokes:
            yield Ink(tuple(strokes), character.strip(), "tomoe")


def medians() -> Iterator[Ink]:
    """The strokes of makemeahanzi as inks of joyo kanji."""
    references = load_references("zh")
    for character in characters("joyo"):
        if character in references:
            yield replace(references[character].drawn(), char=character)


def canonical(inks: Iterator[Ink]) -> list[Sample]:
    """The inks in canonical order, number and direction, of joyo kanji and kana."""
    references = load_references("ja")
    known = {*characters("joyo"), *characters("kana")}
    pairs = [(ink, references[ink.char]) for ink in inks if ink.char in known]
    return [pair for pair in pairs if is_canonical(*pair)]


def kernel(table: dict[str, Any], samples: Sequence[Sample]) -> dict[str, Any]:
    """The table with the kernel that makes the deviations of `samples` most probable."""
    variation.use(table)
    rows = []
    for ink, reference in samples:
        deviations, _, is_usual = _deviations(ink, reference)
        rows.append((form_model(reference).shapes, reference, deviations, np.tile(is_usual, 4)))
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
    return _unflat(table, np.exp(fitted.x))


SCALARS = ("turn", "stretch", "shear", "reach", "place", "place_power")
LISTS = ("shared", "length", "direction")


def _flat(table: dict[str, Any]) -> Array:
    lists = [number for key in LISTS for number in table[key]]
    return np.array([*(table[key] for key in SCALARS), *lists])


def _unflat(table: dict[str, Any], values: Array) -> dict[str, Any]:
    numbers = iter(np.round(values, 4).tolist())
    scalars = {key: next(numbers) for key in SCALARS}
    return table | scalars | {key: [next(numbers) for _ in table[key]] for key in LISTS}


def maximised(table: dict[str, Any], samples: Sequence[Sample]) -> dict[str, Any]:
    """The table with means and spreads of types and components, after one round."""
    variation.use(table)
    by_type: dict[str, list[Array]] = defaultdict(list)
    by_component: dict[str, list[Array]] = defaultdict(list)
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
        kind: _row(np.array(rows), np.zeros(4), np.ones(4), TYPE_PRIOR, TYPE_PRIOR)
        for kind, rows in by_type.items()
    }
    components = {
        key: _row(
            np.array(rows),
            np.array(types[type_of[key]][:DEVIATIONS]),
            np.array(types[type_of[key]][DEVIATIONS:]),
            *COMPONENT_PRIOR,
        )
        for key, rows in by_component.items()
        if len(rows) >= LEAST_STROKES
    }
    return table | {"types": types, "components": components}


def _row(
    moments: Array, mean: Array, spread: Array, mean_prior: float, spread_prior: float
) -> list[float]:
    """Mean and spread (4 each) of strokes whose `moments` (N, 2, 4) are the first and second."""
    count, first, second = len(moments), moments[:, 0].sum(axis=0), moments[:, 1].sum(axis=0)
    new = (first + mean_prior * mean) / (count + mean_prior)
    squares = second - 2 * new * first + count * new**2
    variance = (squares + spread_prior * spread**2) / (count + spread_prior)
    row: list[float] = np.round([*new, *np.sqrt(variance)], 2).tolist()
    return row


def _own_moments(ink: Ink, reference: Reference) -> list[Array | None]:
    """What each stroke deviates by itself over its base spread: moments (2, 4), or None."""
    deviations, precision, is_usual = _deviations(ink, reference)
    shapes, table = form_model(reference).shapes, variation.table()
    scale = variation.base_spread(shapes, table)
    mean, spread = (part.T for part in variation.own(reference, table))
    used = np.tile(is_usual, DEVIATIONS)
    variances = ((spread * scale) ** 2).ravel()[used]
    precision = np.linalg.inv(np.linalg.inv(precision)[np.ix_(used, used)])
    guess = variances * (precision @ deviations[used])
    left = variances - variances**2 * precision.diagonal()
    shape = (DEVIATIONS, int(is_usual.sum()))
    first = guess.reshape(shape) / scale[:, is_usual] + mean[:, is_usual]
    second = first**2 + left.reshape(shape) / scale[:, is_usual] ** 2
    rows = iter(np.stack([first, second]).transpose(2, 0, 1))
    return [next(rows) if usual else None for usual in is_usual]


def _deviations(ink: Ink, reference: Reference) -> tuple[Array, Array, Any]:
    """Deviations (4S,), their precision, and which strokes (S,) are no outliers."""
    form_model.cache_clear()
    count = len(reference.strokes)
    drawn = resample_all([stroke.points for stroke in ink.strokes], POINTS)
    fitted = fit_form(drawn, np.arange(count), reference)
    is_usual = [
        _block(fitted.deviations - fitted.usual, fitted.precision, n, count) < OUTLIER
        for n in range(count)
    ]
    return fitted.deviations - fitted.usual, fitted.precision, np.array(is_usual)


def _block(deviations: Array, precision: Array, n: int, count: int) -> float:
    """The squared distance of stroke `n` from what the others predict."""
    rows = n + count * np.arange(DEVIATIONS)
    weighted = precision[rows] @ deviations
    return float(weighted @ np.linalg.solve(precision[np.ix_(rows, rows)], weighted))


if __name__ == "__main__":
    main()
