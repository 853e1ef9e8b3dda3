"""What can be wrong with a stroke, and what was measured of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from kanji.grading.endings import Ending
from kanji.matching.match import on_wire

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
)  # the gravest first: the hint speaks of the first


@dataclass(frozen=True)
class StrokeGrade:
    """One drawn stroke: the reference strokes that it is, and its faults, the gravest first.

    `excess`: the worst of its geometric measures over its limit; above 1 is a fault. `shift`: how
    far its centre lies off, right and down, and `shape`: the mean distance from the wanted curve
    with the centres on each other, both in sides of the reference's box; `length`: over the wanted.
    None where it is no stroke of the reference. `ending`: a wrong one, which makes a wrong shape.
    """

    reference: tuple[int, ...]
    faults: tuple[str, ...]
    excess: float
    shift: tuple[float, float] | None = None
    shape: float | None = None
    length: float | None = None
    ending: Ending | None = None

    def to_dict(self) -> dict[str, Any]:
        """`reference` is an index, a list where strokes were merged, or None for an extra."""
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
