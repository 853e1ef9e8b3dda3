"""Runs of benches as JSON: what was measured, by which command, when and on what.

`{"runs": [{"command", "date", "machine", "versions", "rows": [...]}]}`, a run for each command.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.cache import replacing
from data.json_text import json_value
from service.bench.machine import machine, versions
from service.bench.row import Row
from service.errors import BenchError


def today() -> str:
    """YYYY-MM-DD, in UTC."""
    return datetime.now(UTC).date().isoformat()


@dataclass(frozen=True)
class Run:
    """The rows that a command printed. `date`: of the measurement, as YYYY-MM-DD, in UTC."""

    command: str
    rows: tuple[Row, ...]
    date: str = field(default_factory=today)
    machine: str = field(default_factory=machine)
    versions: dict[str, str] = field(default_factory=versions)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the run."""
        facts = {name: value for name, value in asdict(self).items() if name != "rows"}
        return facts | {"rows": [row.to_dict() for row in self.rows]}


def read_runs(path: Path) -> list[Run]:
    """The runs of a file. Raises BenchError for one that is not of this form."""
    try:
        runs = json_value(path.read_bytes())["runs"]
        return [Run(**{**run, "rows": tuple(Row(**row) for row in run["rows"])}) for run in runs]
    except (ValueError, TypeError, KeyError) as error:
        raise BenchError(
            f"{path} holds no figures of hitsujun bench: name another file, or delete it"
        ) from error


def add_run(path: Path, run: Run) -> None:
    """Write a run to a file, in the place of an earlier one of the same command.

    Runs of other commands stay. Raises BenchError as `read_runs`, OSError where it cannot be
    written.
    """
    runs = read_runs(path) if path.exists() else []
    commands = [one.command for one in runs]
    if run.command in commands:
        runs[commands.index(run.command)] = run
    else:
        runs.append(run)
    write_runs(path, runs)


def write_runs(path: Path, runs: Sequence[Run]) -> None:
    """Write a file of runs."""
    text = json.dumps({"runs": [run.to_dict() for run in runs]}, indent=1, ensure_ascii=False)
    with replacing(path) as partial:
        partial.write_text(text + "\n", "utf-8")
