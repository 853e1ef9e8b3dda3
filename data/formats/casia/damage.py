"""What is wrong with a record of a file, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from data.errors import CorpusError


@dataclass(frozen=True)
class Damage:
    """`record` counts from 0; `offset`: the byte that it starts at; `reason`: a sentence."""

    file: str
    record: int
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, record {self.record} at byte {self.offset}: {self.reason}"


Report = Callable[[Damage], None]


def refuse(damage: Damage, report: Report | None) -> None:
    """Hands the damage to `report`, or raises CorpusError where there is none."""
    if report is None:
        raise CorpusError(f"{damage}; --skip-damaged leaves such records out and says so")
    report(damage)
