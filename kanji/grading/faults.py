"""What can be wrong with a stroke, and what is measured of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from kanji.grading.endings import Ending
from kanji.matching.match import on_wire

# The most serious first: the hint is about the first one.
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


def ranked(faults: set[str]) -> tuple[str, ...]:
    """`faults` in the order of FAULTS."""
    return tuple(fault for fault in FAULTS if fault in faults)


@dataclass(frozen=True)
class StrokeGrade:
    """The grade of one drawn stroke.

    `reference`: the reference strokes that it is, none for an extra one. `faults`: of FAULTS, the
    most serious first. `excess`: the worst geometric measure over its limit; above 1 it is a fault.

    The measures are None for an extra stroke. `shift`: drawn centre minus reference centre, right
    and down; `shape`: mean distance from the reference curve with the centres on each other; both
    in sides of the reference's box. `length`: drawn length over reference length.

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
