"""What can be wrong with a stroke, and what is measured of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kanji.grading.endings import Ending
from kanji.matching.match import on_wire

# The most serious first. Of the last four, all of form, the largest comes first.
FAULTS = (
    "extra",
    "broken",
    "merged",
    "wrong_order",
    "wrong_direction",
    "wrong_place",
    "wrong_shape",
    "too_short",
    "too_long",
)


FAULTS_OF_FORM = frozenset(FAULTS[5:])


def ranked(faults: set[str], excesses: Mapping[str, float]) -> tuple[str, ...]:
    """`faults` in the order of FAULTS, those of form by their measures over the limits."""
    if not faults:
        return ()

    def rank(fault: str) -> tuple[int, float]:
        is_form = fault in FAULTS_OF_FORM
        return (5 if is_form else FAULTS.index(fault), -excesses.get(fault, 0.0) if is_form else 0)

    return tuple(sorted((fault for fault in FAULTS if fault in faults), key=rank))


@dataclass(frozen=True)
class StrokeGrade:
    """The grade of one drawn stroke.

    `reference`: the reference strokes that it is, none for an extra one. `faults`: of FAULTS, the
    most serious first. `excess`: the worst geometric measure over its limit; above 1 it is a fault.

    The measures are None for an extra stroke. `shift`: from the centre that the other strokes make
    one expect to the drawn one, right and down; `shape`: distance from the reference curve once
    moved, turned and sized to fit it; both in sides of the reference's box. `length`: over the
    length that the other strokes make one expect.

    `ending`: a wrong ending, which is the fault `wrong_shape`, or None.
    """

    reference: tuple[int, ...]
    faults: tuple[str, ...]
    excess: float
    shift: tuple[float, float] | None = None
    shape: float | None = None
    length: float | None = None
    ending: Ending | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON object. `reference`: an index, a list where strokes were merged, or None."""
        measures = None
        if self.shift and self.shape is not None and self.length is not None:
            measures = {
                "shift": [round(self.shift[0], 3), round(self.shift[1], 3)],
                "shape": round(self.shape, 3),
                "length": round(self.length, 3),
            }
        return {
            "reference": on_wire(self.reference),
            "faults": list(self.faults),
            "measures": measures,
            "ending": asdict(self.ending) if self.ending else None,
        }
