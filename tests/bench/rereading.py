"""What the second look gives on people's handwriting, and the fit of its weights.

`python -m tests.bench.rereading [--every 1] [--model MODEL.onnx]`; with `--fit` it fits the weights
again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from data.characters import characters
from data.references.store import load_references
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import (
    COMPARED,
    MISFIT_WEIGHTS,
    NETWORK_WEIGHT,
    evidence,
    is_doubtful,
    recognize,
)
from tests.bench.mistake_sets import SOURCES, add_every, has_people, inks_by_source, mistake_sets
from tests.bench.table import percent, table

FITTED = "mcyph-supplemental"
MISTAKES = ("clean", "one_missing", "one_doubled", "neighbours_exchanged")
RIDGE = 0.01  # weight of the squared norm in the fit
START = (0.5, 30, 2, 2, 1, 1.0)

Array = npt.NDArray[np.float64]


def main(argv: list[str] | None = None) -> None:
    """Prints top-1 with and without the second look, by source and mistake; or fitted weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights, measure nothing")
    parser.add_argument("--model", type=Path, default=SHIPPED)
    add_every(parser)
    args = parser.parse_args(argv)
    if not has_people():
        return
    if args.fit:
        shipped = (NETWORK_WEIGHT, *MISFIT_WEIGHTS)
        weights = np.round(fitted(Recognizer.load(args.model)), 2)
        print("NETWORK_WEIGHT, *MISFIT_WEIGHTS:", weights, "shipped", shipped)
    else:
        measure(Recognizer.load(args.model), args.every)


def measure(recognizer: Recognizer, every: int) -> None:
    """Prints a row for each mistake, with top-1 of each source."""
    references, joyo = load_references(), characters("joyo")
    cells: dict[str, list[str]] = {}
    for _, mistake, inks in mistake_sets(inks_by_source(SOURCES, joyo, every=every)):
        network, second_look = [], []
        for ink in inks:
            alone = recognizer.recognize(ink, top=1, candidates=joyo)
            both = recognize(recognizer, ink, references, top=1, candidates=joyo)
            network.append(alone.best.character == ink.char)
            second_look.append(both.best.character == ink.char)
        rates = (percent(float(np.mean(hits)), 2) for hits in (network, second_look))
        cells.setdefault(mistake.replace("_", " "), []).extend(rates)
    heads = [f"{source}, {what}" for source in SOURCES for what in ("network", "second look")]
    print(table(["ink", *heads], ([mistake, *rates] for mistake, rates in cells.items())))


def fitted(recognizer: Recognizer) -> Array:
    """The six weights of maximum likelihood on the messy source; the careful writer is not used."""
    rows = doubtful_inks(recognizer)

    def loss(weights: Array) -> float:
        total = RIDGE * float((weights**2).sum())
        for target, columns in rows:
            scores = columns @ weights
            total += np.logaddexp.reduce(scores) - scores[target]
        return total

    print(f"{len(rows)} inks are in doubt")
    return np.asarray(minimize(loss, np.array(START), method="L-BFGS-B").x)


def doubtful_inks(recognizer: Recognizer) -> list[tuple[int, Array]]:
    """Of each doubtful ink the right candidate's index, and the evidence, (COMPARED, 6)."""
    references, joyo = load_references(), characters("joyo")
    rows = []
    for one in mistake_sets(inks_by_source([FITTED], joyo), MISTAKES):
        for ink in one.inks:
            answer = recognizer.recognize(ink, top=COMPARED, candidates=joyo)
            ranked = [candidate.character for candidate in answer.candidates]
            if is_doubtful(answer) and ink.char in ranked:
                log_probabilities, misfits = evidence(ink, answer.candidates, references)
                columns = np.column_stack([log_probabilities, -misfits])
                rows.append((ranked.index(ink.char), columns))
    return rows


if __name__ == "__main__":
    main()
