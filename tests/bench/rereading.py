"""What a second look gives on people's ink, and the weights that the messy ones give it.

`python -m tests.bench.rereading [--every 1]`; `--fit`: its weights, fitted again.
"""

from __future__ import annotations

import argparse

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from data.characters import characters
from data.references.store import load_references
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import DOUBTED, LOOKED_AT, TRUST, WEIGHTS, misfit, recognize
from tests.bench.injection import INJECTIONS
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")
FITTED = "mcyph-supplemental"
MISTAKES = ("clean", "one_missing", "one_doubled", "neighbours_exchanged")
RIDGE = 0.01


def main(argv: list[str] | None = None) -> None:
    """Prints top-1 of the network and of both, by source and mistake; or the fitted weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights, measure nothing")
    parser.add_argument("--every", type=int, default=1, help="only every so many inks")
    args = parser.parse_args(argv)
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
    elif args.fit:
        print("TRUST, *WEIGHTS:", np.round(fitted(), 2), "now", (TRUST, *WEIGHTS))
    else:
        measure(args.every)


def measure(every: int) -> None:
    """A line for each source and mistake."""
    recognizer, references, joyo = Recognizer.load(), load_references(), characters("joyo")
    for source in SOURCES:
        inks = [ink for ink in people(source) if ink.char in set(joyo)][::every]
        for name, change in INJECTIONS.items():
            generator = np.random.default_rng(1)
            changed = [change(ink, generator) for ink in inks]
            drawn = [ink for ink in changed if ink is not None]
            alone, both = [], []
            for ink in drawn:
                first = recognizer.recognize(ink, top=1, candidates=joyo)
                second = recognize(recognizer, ink, references, top=1, candidates=joyo)
                alone.append(first.best.character == ink.char)
                both.append(second.best.character == ink.char)
            print(
                f"{source:18} {name:20} {len(drawn):5} inks, network {np.mean(alone):7.2%},"
                f" with a second look {np.mean(both):7.2%}"
            )


def fitted() -> npt.NDArray[np.float64]:
    """TRUST and WEIGHTS by maximum likelihood on the messy source; the careful one stays unseen."""
    recognizer, references, joyo = Recognizer.load(), load_references(), characters("joyo")
    inks = [ink for ink in people(FITTED) if ink.char in set(joyo)]
    rows = []
    for change in (INJECTIONS[name] for name in MISTAKES):
        generator = np.random.default_rng(1)
        for ink in filter(None, (change(ink, generator) for ink in inks)):
            found = recognizer.recognize(ink, top=LOOKED_AT, candidates=joyo)
            read = [one.character for one in found.candidates]
            doubted = found.best.probability < DOUBTED * (1 - found.none)
            if doubted and ink.char in read:
                apart = np.array([misfit(ink, references[c]) for c in read])
                prior = np.log([max(one.probability, 1e-9) for one in found.candidates])
                rows.append((read.index(ink.char), np.column_stack([prior, -apart])))

    def loss(weights: npt.NDArray[np.float64]) -> float:
        total = RIDGE * float((weights**2).sum())
        for right, columns in rows:
            scores = columns @ weights
            total += np.logaddexp.reduce(scores) - scores[right]
        return total

    print(f"{len(rows)} inks are in doubt")
    return np.asarray(minimize(loss, np.array([0.5, 30, 2, 2, 1, 1.0]), method="L-BFGS-B").x)


if __name__ == "__main__":
    main()
