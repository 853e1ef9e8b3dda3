"""Which of people's mistakes the grader refuses and names: `python -m tests.bench.mistakes`.

The table of docs/grading.md, at leniency normal; `tests.bench.grading` says how each is counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from kanji.grading.grade import LENIENCY
from tests.bench.grading import measure
from tests.bench.mistake_sets import SOURCES, has_people
from tests.bench.people import PEOPLE
from tests.bench.table import percent, table

# What is injected, the rate by which it is accepted or refused, and that by which it is named.
INJECTED = {
    "two neighbours exchanged": ("swap_refused", "swap_named"),
    "two distant strokes exchanged": ("distant_exchanged_accepted", "distant_exchanged_named"),
    "one stroke reversed": ("reversal_refused", "reversal_named"),
    "two strokes joined": ("two_joined_accepted", "two_joined_named"),
    "one stroke missing": ("one_missing_accepted", "one_missing_named"),
    "one stroke doubled": ("one_doubled_accepted", "one_doubled_named"),
}
WHOLE = {
    "accepted as written": "accept",
    "accepted when tilted and stretched": "tilted_accepted",
    "a look-alike's ink: refused": "lookalike_refused",
    "the writers' own mistakes: refused": "own_mistake_refused",
}
COUNTED = {"inks": "clean", "look-alikes": "lookalikes", "own mistakes": "own_mistakes"}

Rates = Mapping[str, float]


def main() -> None:
    """Prints the table."""
    if not has_people():
        return
    every = [measure(PEOPLE, one, leniency=LENIENCY["normal"], seed=0) for one in SOURCES]
    rows = [
        *([name, *(f"{one[key]:g}" for one in every)] for name, key in COUNTED.items()),
        *([name, *(percent(one[key]) for one in every)] for name, key in WHOLE.items()),
        *(
            [f"{name}: refused, named", *(_refused(one, *keys) for one in every)]
            for name, keys in INJECTED.items()
        ),
    ]
    print(table(["", *SOURCES], rows))


def _refused(rates: Rates, refused: str, named: str) -> str:
    rate = 1 - rates[refused] if refused.endswith("_accepted") else rates[refused]
    return f"{percent(rate)}, {percent(rates[named])}"


if __name__ == "__main__":
    main()
