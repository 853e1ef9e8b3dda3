"""Where published weights are found, and which of them are refused."""

import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from service.cli import main
from style.backbones.weights.published import located, stated_backbone
from style.errors import WeightsMissing


def written(path: Path, metadata: dict[str, str] | None = None) -> Path:
    save_file({"one": torch.ones(2)}, path, metadata=metadata)
    return path


def test_a_folder_has_one_file_of_weights(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"has one \.safetensors; here are none"):
        located(str(tmp_path), tmp_path)
    path = written(tmp_path / "a.safetensors")
    assert located(str(tmp_path), tmp_path) == located(str(path), tmp_path) == path
    written(tmp_path / "b.safetensors")
    with pytest.raises(WeightsMissing, match="here are 2: give one of them"):
        located(str(tmp_path), tmp_path)


def test_a_file_with_another_sha256_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.safetensors")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert located(str(path), tmp_path, sha256=digest.upper()) == path
    with pytest.raises(WeightsMissing, match=r"has another sha256 than 0000.*get the file again"):
        located(str(path), tmp_path, sha256="0" * 64)
    (tmp_path / "README.md").write_text(f"`a.safetensors`, 9 bytes, sha256 `{'1' * 64}`")
    with pytest.raises(WeightsMissing, match=r"another sha256 than README\.md beside it states"):
        located(str(path), tmp_path)


def test_a_url_needs_a_sha256(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="a URL needs --sha256, which its model card states"):
        located("https://example.org/a.safetensors", tmp_path)


def test_a_file_says_which_backbone_it_is_for(tmp_path: Path) -> None:
    assert stated_backbone(written(tmp_path / "a.safetensors")) is None
    path = written(tmp_path / "b.safetensors", {"backbone": "alexnet"})
    assert stated_backbone(path) == "alexnet"
    assert stated_backbone(tmp_path / "c.pth") is None


def test_the_command_asks_for_a_backbone_that_the_file_does_not_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "a.safetensors")
    assert main(["weights", "import", str(path)]) == 2
    assert "does not say which backbone it is for: give --backbone NAME" in capsys.readouterr().err
    named = written(tmp_path / "b.safetensors", {"backbone": "alexnet"})
    assert main(["weights", "import", str(named), "--backbone", "vgg16"]) == 2
    assert "is for alexnet, not for vgg16" in capsys.readouterr().err
