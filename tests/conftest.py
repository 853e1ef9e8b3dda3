"""What all tests share."""

import pytest

from data.references.store import build_references, references_path


def pytest_sessionstart(session: pytest.Session) -> None:
    """Builds the references once, before pytest-xdist starts processes that would each build them.

    The cache is that of the user, `HITSUJUN_CACHE` or the platform's.
    """
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and not references_path("ja").is_file():
        build_references("ja")
