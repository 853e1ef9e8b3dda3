"""Damaged records: an error, or a report and the record left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from data.errors import CorpusError


@dataclass(frozen=True)
class Damage:
    """A damaged record.

    `file`: its name. `record`: its number, from 0. `offset`: the byte at which it starts. `reason`:
    what is wrong, for people.
    """

    file: str
    record: int
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, record {self.record} at byte {self.offset}: {self.reason}"


Report = Callable[[Damage], None]


def refuse(damage: Damage, report: Report | None) -> None:
    """Passes the damage to `report`, or raises CorpusError where that is None."""
    if report is None:
        raise CorpusError(str(damage))
    report(damage)


def refuse_with_advice(damage: Damage) -> NoReturn:
    """A Report of commands that have --skip-damaged, where it is not given: raises CorpusError."""
    raise CorpusError(f"{damage}; --skip-damaged leaves out such records and reports them")
