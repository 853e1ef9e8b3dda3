"""Web process, worker and database are killed at random moments while clients use the service.

    python -m tests.bench.service crash --rounds 200 --database sqlite|postgres

Fails where an acknowledged review or job is lost, a job is done twice, or one part does not come
back. Prints how often each part was killed, and the seconds until a review was acknowledged
and exactly one painter was seen again. A SQLite file cannot be cut: another process holds it for up
to 6 s instead, which is longer than a writer waits. The painter takes 0.2 s for a job and needs no
torch.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.table import figures_table
from tests.service.crashes.installation import DATABASES, crash_settings
from tests.service.crashes.rounds import kill_under_load


def main(arguments: Sequence[str]) -> None:
    """Run the rounds in an installation of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    began = time.monotonic()
    with TemporaryDirectory() as folder, crash_settings(Path(folder), args.database) as settings:
        outcome = kill_under_load(settings, rounds=args.rounds, seed=args.seed)
    row = {"database": args.database, "rounds": args.rounds, **outcome.row()}
    print(figures_table(row | {"seconds": round(time.monotonic() - began)}))
