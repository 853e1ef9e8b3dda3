"""A painter's reports become progress, previews and the speed of this machine."""

import time
from pathlib import Path

import pytest
from PIL import Image

from service.jobs.folders import PREVIEW, job_folder
from service.jobs.job import Job
from service.jobs.painter import Report, run_job
from service.jobs.store import JobStore, Order
from service.settings import Settings

PICTURE = Image.new("RGB", (640, 320), "red")


@pytest.fixture
def folder(settings: Settings, store: JobStore) -> Path:
    """Of a waiting job with the id "a"."""
    store.add(Order({}, backbone="vgg19", cost=4.0, seconds=100.0), job_id="a")
    folder = job_folder(settings.jobs_dir, "a")
    folder.mkdir(parents=True)
    return folder


def test_the_speed_is_measured_without_the_time_to_load(
    folder: Path, settings: Settings, store: JobStore
) -> None:
    def paint(folder: Path, job: Job, report: Report) -> Image.Image:
        time.sleep(1)  # loads a network
        report(0.25)
        time.sleep(0.1)
        report(0.75)
        return PICTURE

    run_job("a", settings=settings, store=store, paint=paint)
    seconds = store.seconds_per_cost("stylization", "vgg19")
    assert seconds and 0.2 / 4 <= seconds < 1 / 4  # far from the time to load


def test_a_painter_that_reports_once_changes_no_speed(
    folder: Path, settings: Settings, store: JobStore
) -> None:
    def paint(folder: Path, job: Job, report: Report) -> Image.Image:
        report(0.5)
        return PICTURE

    run_job("a", settings=settings, store=store, paint=paint)
    assert store.seconds_per_cost("stylization", "vgg19") == 25.0


def test_a_preview_is_rendered_only_when_it_is_written(
    folder: Path, settings: Settings, store: JobStore
) -> None:
    rendered: list[float] = []

    def paint(folder: Path, job: Job, report: Report) -> Image.Image:
        for step in range(50):
            report(step / 50, lambda: rendered.append(step) or PICTURE)  # noqa: B023
        with Image.open(job_folder(settings.jobs_dir, "a") / PREVIEW) as preview:
            assert preview.size == (256, 128)
        return PICTURE

    run_job("a", settings=settings, store=store, paint=paint)
    assert rendered == [0] and store.get("a").state == "done"


def test_a_disk_that_is_full_fails_the_job_and_says_so_in_the_log(
    folder: Path, settings: Settings, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    def paint(folder: Path, job: Job, report: Report) -> Image.Image:
        raise OSError(28, "No space left on device")

    run_job("a", settings=settings, store=store, paint=paint)
    assert store.get("a").state == "failed" and "No space left" in caplog.text
