"""Tries the OpenAPI document on the service with schemathesis, on SQLite and on PostgreSQL.

Prints requests, answers by status and failures of each database; 0 failures is the bar.

Run: python -m tests.bench.service contract [--examples 100] [--seed 1] [--database sqlite]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from service.settings import Settings
from tests.bench.table import figures_table
from tests.service.contract import PHASES, WITHOUT_LIMITS, serving, try_contract
from tests.service.databases import BACKENDS, empty_postgresql


def main(arguments: Sequence[str]) -> None:
    """Print a table for each database. The exit status is 1 where a check failed."""
    parser = argparse.ArgumentParser(prog="tests.bench.service contract")
    parser.add_argument("--examples", type=int, default=100, help="of each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=BACKENDS, action="append")
    parser.add_argument("--phases", default=",".join(PHASES), help="joined by commas")
    chosen = parser.parse_args(arguments)
    failures = sum(
        _try(database, chosen.examples, chosen.seed, chosen.phases.split(","))
        for database in chosen.database or BACKENDS
    )
    sys.exit(bool(failures))


def _try(database: str, examples: int, seed: int, phases: Sequence[str]) -> int:
    """The number of failures on one kind of database."""
    begun, cpu = time.monotonic(), time.process_time()
    with (
        tempfile.TemporaryDirectory() as folder,
        empty_postgresql() if database == "postgresql" else nullcontext("") as url,
        serving(Settings(Path(folder), database_url=url, **WITHOUT_LIMITS)) as address,
    ):
        report = try_contract(address, seed=seed, examples=examples, phases=phases)
    for place, reason in report.failures.items():
        print(*place, reason, sep="\n", file=sys.stderr)
    statuses = Counter(status for found in report.answers.values() for status in found)
    figures = {
        "database": database,
        "requests": report.cases,
        "failures": len(report.failures),
        "operations by status": dict(sorted(statuses.items())),
        "seconds": round(time.monotonic() - begun),
        "cpu_seconds": round(time.process_time() - cpu),
    }
    print(figures_table(figures), end="\n\n", flush=True)
    return len(report.failures)
