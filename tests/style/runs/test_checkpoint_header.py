"""The header of a checkpoint, read without torch."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from style.errors import ConfigError
from style.runs.checkpoint_header import KEY, check_checkpoint


def test_a_checkpoint_is_taken_and_other_files_are_not(tmp_path: Path) -> None:
    path = tmp_path / "painting"
    save_file({"image": torch.zeros(2)}, path, metadata={KEY: json.dumps({"step": 1})})
    check_checkpoint(path, resume=True)
    save_file({"image": torch.zeros(2)}, path, metadata={"other": "{}"})
    with pytest.raises(ConfigError, match="is no checkpoint of a painting"):
        check_checkpoint(path, resume=False)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\2\0\0\0\0\0\0\0{}", b"\xff" * 99, b"\2" + b"\0" * 9]
)
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "painting"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"is no checkpoint of a painting.*name another file"):
        check_checkpoint(path, resume=True)


def test_a_missing_file_is_only_missed_where_it_is_resumed_from(tmp_path: Path) -> None:
    check_checkpoint(tmp_path / "none", resume=False)
    with pytest.raises(ConfigError, match="does not exist: start without --resume"):
        check_checkpoint(tmp_path / "none", resume=True)
