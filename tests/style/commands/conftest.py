"""What tests of commands need that are run as processes."""

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def ctrl_c_is_noticed() -> Iterator[None]:
    """A shell starts background jobs with SIGINT ignored, which their children inherit."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
