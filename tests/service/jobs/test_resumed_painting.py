"""A painting whose worker was killed goes on where its last checkpoint is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from service.blobs import open_blobs
from service.jobs.compose_request import ComposeRequest
from service.jobs.composer import composed
from service.jobs.folders import folder_name, job_folder
from service.jobs.job import Job
from service.jobs.options import DREAM, STYLIZATION, WALLPAPER
from service.jobs.painter import CHECKPOINT, paint_picture, run_job
from service.jobs.store import JobStore, Order
from service.settings import Settings
from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.runs import checkpoint

OPTIONS: dict[str, Any] = {"size": 64, "steps": 6, "seed": 3, "backbone": "alexnet"}
WRITTEN = {"characters": "山", "size": "320x640", "painting_px": 256}
KINDS = (STYLIZATION, DREAM, WALLPAPER)


class Killed(BaseException):
    """Ends a painting as nothing that it expects."""


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random ones, and a checkpoint after every step."""
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(checkpoint, "EVERY_S", 0.0)
    torch.manual_seed(1)
    save_file(dict(Backbone("alexnet").network.state_dict()), tmp_path / "alexnet.safetensors")
    import_weights(tmp_path / "alexnet.safetensors", facts_of("alexnet"))


@pytest.fixture
def order(settings: Settings, store: JobStore, tmp_path: Path) -> Callable[..., None]:
    """Adds a job with its uploads."""

    def add(job_id: str, kind: str = STYLIZATION) -> None:
        for seed, name in enumerate(("content-0.png", "style-0.png")):
            pixels = np.random.default_rng(seed).integers(0, 255, (64, 64, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / name)
            open_blobs(settings).put(f"{folder_name(job_id)}/{name}", tmp_path / name)
        own: dict[str, Any] = {"octaves": 1} if kind == DREAM else {}
        if kind == WALLPAPER:
            own, folder = WRITTEN, tmp_path / "composed"
            folder.mkdir(exist_ok=True)
            composed(ComposeRequest(OPTIONS | WRITTEN, str(folder), 1_000_000))
            for path in folder.iterdir():
                open_blobs(settings).put(f"{folder_name(job_id)}/{path.name}", path)
        store.add(Order(OPTIONS | own, kind=kind), job_id=job_id)

    return add


def painted(
    settings: Settings, store: JobStore, job_id: str, *, killed_after: int | None = None
) -> int:
    """The number of steps that an attempt took."""
    steps = 0

    def paint(folder: Path, job: Job, report: object) -> Image.Image:
        def count(done: float, picture: object = None) -> None:
            nonlocal steps
            steps += 1
            if steps == killed_after:
                raise Killed

        return paint_picture(folder, job, count)  # type: ignore[arg-type]

    try:
        run_job(job_id, settings=settings, store=store, paint=paint)
    except Killed:
        store.recover(painter="", max_attempts=2)
    return steps


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_steps_that_are_left_are_painted_and_the_picture_is_the_same(
    settings: Settings, store: JobStore, order: Callable[..., None], kind: str
) -> None:
    for job_id in ("whole", "killed"):
        order(job_id, kind)
    steps = painted(settings, store, "whole")
    assert steps >= OPTIONS["steps"]
    assert painted(settings, store, "killed", killed_after=4) == 4
    assert (job_folder(settings.work_dir, "killed") / CHECKPOINT).exists()
    assert painted(settings, store, "killed") == steps - 4
    whole, killed = store.get("whole"), store.get("killed")
    assert (killed.state, killed.attempts) == ("done", 2)
    assert killed.result == whole.result
    assert not job_folder(settings.work_dir, "killed").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_that_cannot_be_resumed_starts_the_painting_again(
    settings: Settings, store: JobStore, order: Callable[..., None], kind: str
) -> None:
    order("a", kind)
    painted(settings, store, "a", killed_after=4)
    (job_folder(settings.work_dir, "a") / CHECKPOINT).write_bytes(b"damaged")
    assert painted(settings, store, "a") >= OPTIONS["steps"]
    assert store.get("a").state == "done"


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_painting(
    settings: Settings, store: JobStore, order: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "save_file", fail)
    order("a")
    assert painted(settings, store, "a") == 6
    assert store.get("a").state == "done" and "checkpoint cannot be written" in caplog.text
