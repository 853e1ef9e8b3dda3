import os
import signal
import subprocess
import sys
import time

import pytest

from data.processes import worker_processes

# Tells the numbers of two processes that work for it, and then waits for them.
PARENT = """
import os, time
from data.processes import worker_processes
if __name__ == "__main__":
    with worker_processes(2) as pool:
        ready = [pool.submit(os.getpid) for _ in range(9)]
        print(*{one.result() for one in ready}, flush=True)
        pool.submit(time.sleep, 600)
        time.sleep(600)
"""


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
        workers = [int(number) for number in parent.stdout.readline().split()]
        assert workers and all(map(is_running, workers))
        parent.send_signal(how)
        parent.wait()
        until = time.monotonic() + 30
        while any(map(is_running, workers)) and time.monotonic() < until:
            time.sleep(0.02)
    assert not any(map(is_running, workers))


def test_what_has_not_begun_is_dropped_after_an_error() -> None:
    with pytest.raises(KeyboardInterrupt), worker_processes(1) as pool:
        assert pool.submit(os.getpid).result() != os.getpid()
        waiting = [pool.submit(time.sleep, 0.2) for _ in range(50)]
        raise KeyboardInterrupt
    assert sum(one.cancelled() for one in waiting) > 40
