"""A worker whose painter takes STEPS steps of STEP_SECONDS, and needs no torch.

python -m tests.service.jobs.slow_worker     as the supervisor starts it
"""

import os
import time
from pathlib import Path

from PIL import Image

from service.jobs.job import Job
from service.jobs.limits import end_with_parent
from service.jobs.painter import Report
from service.jobs.worker import run_worker
from service.settings import Settings

STEPS = int(os.environ.get("STEPS", "10"))
STEP_SECONDS = float(os.environ.get("STEP_SECONDS", "0.02"))


def paint_slowly(folder: Path, job: Job, report: Report) -> Image.Image:
    """A picture whose colour says which job it is of."""
    picture = Image.new("RGB", (8, 8), f"#{job.id[:6]}")
    for step in range(STEPS):
        time.sleep(STEP_SECONDS)
        report(step / STEPS, lambda: picture)
    return picture


if __name__ == "__main__":
    end_with_parent()
    run_worker(Settings.from_env(), paint=paint_slowly)
