"""When a checkpoint is written, and whether it is read."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from style import StylizeConfig
from style.runs import checkpoint as module
from style.runs.checkpoint import EVERY_S, Checkpoint, CheckpointFile

CONFIG = StylizeConfig()
PICTURES = [Image.new("RGB", (8, 8), "red")]
STATE, WHERE = {"image": torch.arange(3.0)}, {"scale": 1, "step": 2}


def opened(file: CheckpointFile) -> Checkpoint:
    return Checkpoint(file, CONFIG, PICTURES)


def test_it_is_written_once_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    checkpoint = opened(CheckpointFile(tmp_path / "painting"))
    for seconds, is_written in ((59.9, False), (60.0, True), (119.9, False), (120.0, True)):
        clock[0] = 1000.0 + seconds
        checkpoint.keep(STATE, WHERE)
        assert checkpoint.path.exists() == is_written, seconds
        checkpoint.path.unlink(missing_ok=True)
    assert EVERY_S == 60


def test_nothing_is_written_before_there_is_a_state(tmp_path: Path) -> None:
    checkpoint = opened(CheckpointFile(tmp_path / "painting"))
    checkpoint.write()
    assert not checkpoint.path.exists()
    checkpoint.keep(STATE, WHERE)
    checkpoint.write()
    assert checkpoint.path.exists()


def test_a_painting_starts_anew_where_it_is_not_said_to_resume(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path / "painting")
    checkpoint = opened(file)
    checkpoint.keep(STATE, WHERE)
    checkpoint.write()
    assert opened(file).resumed() == ({}, {"scale": 0, "step": 0})
    tensors, where = opened(CheckpointFile(file.path, resume=True)).resumed()
    assert torch.equal(tensors["image"], STATE["image"])
    assert {name: where[name] for name in WHERE} == WHERE


def test_a_file_is_removed_or_was_never_written(tmp_path: Path) -> None:
    """A picture that is finished within a minute has no checkpoint."""
    file = CheckpointFile(tmp_path / "painting")
    file.remove()
    file.path.write_bytes(b"x")
    file.remove()
    assert not file.path.exists()


def test_a_file_that_cannot_be_written_ends_a_painting_unless_it_is_optional(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    path = tmp_path / "file" / "painting"
    needed, optional = (
        opened(CheckpointFile(path, **kind)) for kind in ({}, {"is_optional": True})
    )
    for checkpoint in (needed, optional):
        checkpoint.keep(STATE, WHERE)
    with pytest.raises(OSError):
        needed.write()
    optional.write()
    assert "cannot be written" in caplog.text
