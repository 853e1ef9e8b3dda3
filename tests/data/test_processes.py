import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from data.processes import worker_processes

# Tells that two processes are being started, then their numbers, and then waits for them.
PARENT = """
import os, time
from data.processes import worker_processes
if __name__ == "__main__":
    with worker_processes(2) as pool:
        print("begun", flush=True)
        ready = [pool.submit(os.getpid) for _ in range(9)]
        print(*{one.result() for one in ready}, flush=True)
        pool.submit(time.sleep, 600)
        time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _as_at_a_terminal() -> Iterator[None]:
    """A shell starts background jobs with SIGINT ignored, which their children inherit."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def is_running(number: int) -> bool:
    """Whether there is such a process, other than one that has ended and waits to be asked."""
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_processes_end_with_the_one_that_started_them(how: signal.Signals) -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        parent.stdout.readline()
        workers = [int(number) for number in parent.stdout.readline().split()]
        assert workers and all(map(is_running, workers))
        parent.send_signal(how)
        parent.wait()
        until = time.monotonic() + 30
        while any(map(is_running, workers)) and time.monotonic() < until:
            time.sleep(0.02)
    assert not any(map(is_running, workers))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0])
def test_ctrl_c_ends_all_at_once_and_is_told_once(seconds: float) -> None:
    """It comes to each process, as a terminal sends it, while they start and while they work."""
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout
        parent.stdout.readline()
        time.sleep(seconds)
        os.killpg(parent.pid, signal.SIGINT)
        began = time.monotonic()
        try:
            error = parent.communicate(timeout=60)[1]
        finally:
            parent.kill()  # or the end of the block would wait for it
    assert error.count("Traceback") == 1 and error.endswith("KeyboardInterrupt\n")
    assert time.monotonic() - began < 30  # of 600


def test_what_has_not_begun_is_dropped_after_an_error() -> None:
    with pytest.raises(KeyboardInterrupt), worker_processes(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
        waiting = [pool.submit(time.sleep, 0.2) for _ in range(50)]
        raise KeyboardInterrupt
    # Cancelled, or broken where the process ended before that.
    assert sum(one.cancelled() or one.exception() is not None for one in waiting) > 40
