"""A checkpoint that unpacks to far more than it has bytes is read by none of our readers."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from data.errors import DataError
from data.torch_archive import check_unpacked_size


def _publish(path: Path) -> object:
    from style.training.publish import Checkpoint

    return Checkpoint.read(path)


def _export(path: Path) -> object:
    from style.training.export import load_checkpoint

    return load_checkpoint(path)


def _recognizer(path: Path) -> object:
    from kanji.training.trained_recognizer import TrainedRecognizer

    return TrainedRecognizer.mean([path])


@pytest.mark.parametrize("read", [check_unpacked_size, _publish, _export, _recognizer])
@pytest.mark.parametrize("member", ["archive/data.pkl", "archive/data/0"])
def test_a_bomb_is_refused_before_it_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[Path], object],
    member: str,
) -> None:
    monkeypatch.setattr("torch.load", lambda *_, **__: pytest.fail("the file was read"))
    path = tmp_path / "bomb.ckpt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, bytes(18 << 20))
    with pytest.raises(DataError, match="allowed: "):
        read(path)
