"""Web process, worker and database are killed at random moments under load. See the bench crash."""

from pathlib import Path

import pytest

from tests.service.crashes.installation import DATABASES, crash_settings
from tests.service.crashes.rounds import kill_under_load

ROUNDS = 5


@pytest.mark.slow
@pytest.mark.parametrize("database", DATABASES)
def test_no_acknowledged_review_or_job_is_lost_and_none_is_done_twice(
    tmp_path: Path, database: str
) -> None:
    with crash_settings(tmp_path, database) as settings:
        outcome = kill_under_load(settings, rounds=ROUNDS, seed=7)
    assert sum(outcome.kills.values()) == ROUNDS and all(outcome.kills.values())
    assert outcome.reviews > 0 and outcome.jobs > 0
    assert outcome.ends == []  # the service ended by nothing but a kill
