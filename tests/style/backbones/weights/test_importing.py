"""Weights that a person imports: PyTorch and safetensors files, checked against the backbone."""

from pathlib import Path

import pytest
import torch
import torchvision
from safetensors.torch import save_file

from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.errors import WeightsMissing


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.pth"
    path.write_bytes(b"cos\nsystem\n(S'touch /tmp/owned'\ntR.")
    with pytest.raises(WeightsMissing, match="cannot be read safely"):
        import_weights(path, facts_of("vgg16"))


def test_another_suffix_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match=r"must be one of \.safetensors, \.pth"):
        import_weights(tmp_path / "weights.txt", facts_of("vgg16"))


def test_a_state_dict_of_torchvision_is_imported(tmp_path: Path) -> None:
    torch.manual_seed(2)
    plain = Backbone("squeezenet1_1").network.state_dict()
    torch.save(plain, tmp_path / "s.pth")
    save_file(plain, tmp_path / "s.safetensors")
    for name in ("s.pth", "s.safetensors"):
        import_weights(tmp_path / name, facts_of("squeezenet1_1"))
        loaded = Backbone.load("squeezenet1_1").network.state_dict()
        torch.testing.assert_close(loaded["features.0.weight"], plain["features.0.weight"])


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_tensor_too_many_or_of_another_shape_is_named(tmp_path: Path, suffix: str) -> None:
    path, state = tmp_path / f"a{suffix}", dict(Backbone("alexnet").network.state_dict())

    def save_and_import(tensors: dict[str, torch.Tensor]) -> None:
        (torch.save if suffix == ".pth" else save_file)(tensors, path)
        import_weights(path, facts_of("alexnet"))

    with pytest.raises(WeightsMissing, match=r"Unexpected key.*conv9\.weight"):
        save_and_import(state | {"conv9.weight": torch.zeros(2)})
    with pytest.raises(WeightsMissing, match=r"conv2\.bias"):
        save_and_import(state | {"conv2.bias": torch.zeros(2)})
    save_and_import(state)


def test_a_state_dict_of_torchvisions_plain_network_is_imported(tmp_path: Path) -> None:
    torchvisions = torchvision.models.alexnet(weights=None).state_dict()
    torch.save(torchvisions, tmp_path / "alexnet.pth")
    import_weights(tmp_path / "alexnet.pth", facts_of("alexnet"))
    loaded = Backbone.load("alexnet").network.state_dict()
    torch.testing.assert_close(loaded["conv3.weight"], torchvisions["features.6.weight"])
