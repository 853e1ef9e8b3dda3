import os
import subprocess
import sys

import pytest

from service.jobs.limits import THREAD_VARIABLES

PROGRAM = (
    "import os; from service.api.warm_up import warm_up; warm_up();"
    " print(len(os.listdir('/proc/self/task')))"
)


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_what_is_loaded_before_processes_are_forked_has_no_thread() -> None:
    single = dict.fromkeys(THREAD_VARIABLES, "1")
    command = [sys.executable, "-c", PROGRAM]
    run = subprocess.run(command, env=os.environ | single, capture_output=True, check=True)
    assert run.stdout.split() == [b"1"]
