"""One figure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

DIGITS = 4  # significant ones that are kept


@dataclass(frozen=True)
class Row:
    """A measured value.

    `area`: the part of hitsujun, as of `AREAS`. `unit`: such as "CPU ms", "%" or "times".
    `compared_with`: the reference of a ratio, measured in the same run, or "". `at_most` or
    `at_least`: the value that we want, or None; a row has one of them at most.
    """

    area: str
    name: str
    value: float
    unit: str
    compared_with: str = ""
    at_most: float | None = None
    at_least: float | None = None

    def __post_init__(self) -> None:
        if self.at_most is not None and self.at_least is not None:
            raise ValueError(f"{self.name}: a row has one bar at most")
        object.__setattr__(self, "value", float(f"{self.value:.{DIGITS}g}"))

    @property
    def is_met(self) -> bool | None:
        """Whether the value is as we want it; None without a bar."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    @property
    def bar(self) -> str:
        """The bar in words, or ""."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "" if self.at_least is None else f"at least {self.at_least:g}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the row; what is not set is left out."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}
