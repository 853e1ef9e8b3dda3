import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from data.interrupts import noted_stops, uninterrupted


@pytest.fixture(autouse=True)
def _as_at_a_terminal() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_comes_after_the_block() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt):
        with uninterrupted():
            press()
            done.append("written")
        done.append("behind")
    assert done == ["written"]
    with pytest.raises(KeyboardInterrupt):
        press()


def test_an_error_of_the_block_is_raised() -> None:
    with pytest.raises(ValueError, match="full"), uninterrupted():
        press()
        raise ValueError("full")


def test_ctrl_c_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with uninterrupted():
        press()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_another_thread_goes_on() -> None:
    done = []

    def write() -> None:
        with uninterrupted():
            done.append("written")

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
    assert done == ["written"]


def test_a_signal_whose_error_was_lost_is_not() -> None:
    with pytest.raises(KeyboardInterrupt), noted_stops() as check:
        check()
        with suppress(KeyboardInterrupt):  # as Python does in the callback of a weakref
            press()
        check()
    with pytest.raises(KeyboardInterrupt), noted_stops():
        press()
        raise AssertionError("it was not raised at once")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
