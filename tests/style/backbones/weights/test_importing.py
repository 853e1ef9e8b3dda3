"""Weights that a person imports: PyTorch and safetensors files, checked against the backbone."""

import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision
from safetensors.torch import load_file, save_file

from service.cli import main
from style.backbones.backbone import Backbone
from style.backbones.networks import TracedNetwork
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.errors import WeightsMissing

RESNET_18 = Path(__file__).parents[5] / "shared/weights/resnet18-to-layer3-bn-folded.safetensors"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))


def torchvisions(name: str) -> dict[str, torch.Tensor]:
    torch.manual_seed(3)
    return dict(torchvision.models.get_model(name, weights=None).state_dict())


def imported(stored: Any, name: str, tmp_path: Path) -> Backbone:
    torch.save(stored, tmp_path / "w.pth")
    import_weights(tmp_path / "w.pth", facts_of(name))
    return Backbone.load(name)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.pth"
    path.write_bytes(b"\x80\x02cos\nsystem\n(S'touch /tmp/owned'\ntR.")
    with pytest.raises(WeightsMissing, match="cannot be read safely"):
        import_weights(path, facts_of("vgg16"))


@pytest.mark.filterwarnings("ignore:.torch.jit:FutureWarning")
def test_a_pickled_model_is_refused_with_what_to_save_instead(tmp_path: Path) -> None:
    torch.jit.save(torch.jit.trace(torch.nn.ReLU(), torch.zeros(1)), tmp_path / "script.pt")
    torch.save(torch.nn.Linear(2, 2), tmp_path / "model.pth")
    (tmp_path / "cut.pth").write_bytes((tmp_path / "model.pth").read_bytes()[:500])
    for name in ("model.pth", "script.pt", "cut.pth"):
        with pytest.raises(WeightsMissing, match=r"save\(model\.state_dict\(\), FILE\)") as error:
            import_weights(tmp_path / name, facts_of("vgg16"))
        assert "weights_only" not in str(error.value)


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
        save_and_import(state | {"conv9.weight": torch.ones(2)})
    with pytest.raises(WeightsMissing, match=r"conv2\.bias"):
        save_and_import(state | {"conv2.bias": torch.zeros(2)})
    save_and_import(state)


def test_a_state_dict_of_torchvisions_plain_network_is_imported(tmp_path: Path) -> None:
    state = torchvisions("alexnet")
    loaded = imported(state, "alexnet", tmp_path).network.state_dict()
    torch.testing.assert_close(loaded["conv3.weight"], state["features.6.weight"])


WRAPPINGS: dict[str, Callable[[dict[str, torch.Tensor]], Any]] = {
    "parallel": lambda state: {f"module.{key}": value for key, value in state.items()},
    "nested": lambda state: {"model": {"state_dict": state}, "epoch": 3},
    "checkpoint": lambda state: {
        "state_dict": {f"module.model.{key}": value for key, value in state.items()},
        "optimizer": {"lr": 0.1},
    },
    "features": lambda state: {
        key.removeprefix("features."): value
        for key, value in state.items()
        if key.startswith("features.")
    },
    "half": lambda state: {key: value.half() for key, value in state.items()},
    "parameters": lambda state: {key: torch.nn.Parameter(v) for key, v in state.items()},
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize(
    ("name", "theirs", "ours"),
    [
        ("alexnet", "features.6.weight", "conv3.weight"),
        ("squeezenet1_0", "features.5.squeeze.weight", "features.5.squeeze.weight"),
    ],
)
def test_state_dicts_are_read_as_people_store_them(
    wrapping: str, name: str, theirs: str, ours: str, tmp_path: Path
) -> None:
    state = torchvisions(name)
    loaded = imported(WRAPPINGS[wrapping](state), name, tmp_path).network.state_dict()
    torch.testing.assert_close(loaded[ours], state[theirs], atol=1e-3, rtol=0)
    assert loaded[ours].dtype == torch.float32


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (torch.full((192,), math.nan), "infinite or not numbers"),
        (torch.full((192,), math.inf), "infinite or not numbers"),
        (torch.full((192,), 1e300, dtype=torch.float64), "infinite or not numbers"),
        (torch.ones(192, dtype=torch.int8), "int8, not floating point"),
    ],
)
def test_values_that_no_network_has_are_refused(
    value: torch.Tensor, fault: str, tmp_path: Path
) -> None:
    with pytest.raises(WeightsMissing, match=rf"conv2\.bias .*{fault}"):
        imported(torchvisions("alexnet") | {"features.3.bias": value}, "alexnet", tmp_path)


def test_weights_that_are_all_zero_are_refused(tmp_path: Path) -> None:
    state = torchvisions("alexnet")
    with pytest.raises(WeightsMissing, match=r"conv2\.weight is zero everywhere"):
        imported(state | {"features.3.weight": torch.zeros(192, 64, 5, 5)}, "alexnet", tmp_path)


def test_a_file_may_end_behind_the_default_layers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = {k: v for k, v in torchvisions("squeezenet1_0").items() if "classifier" not in k}
    save_file(state, tmp_path / "features.safetensors")
    file = str(tmp_path / "features.safetensors")
    assert main(["weights", "import", file, "--backbone", "squeezenet1_0"]) == 0
    assert "the file ends before logits: 4 layers are missing" in capsys.readouterr().err
    backbone = Backbone.load("squeezenet1_0")
    assert backbone(torch.rand(1, 3, 64, 64), ["fire9/concat"])
    for name in ("logits", "classifier.1"):
        with pytest.raises(
            WeightsMissing, match=rf"no weights for {name}: .* behind classifier\.0;"
        ):
            backbone(torch.rand(1, 3, 64, 64), [name])


def test_a_hole_in_a_file_is_refused(tmp_path: Path) -> None:
    state = torchvisions("resnet18")
    del state["layer4.0.conv2.weight"]
    with pytest.raises(WeightsMissing, match=r"Missing.*layer4\.0\.conv2\.weight$"):
        imported(state, "resnet18", tmp_path)


def test_batch_norms_folded_into_convolutions_are_restored(tmp_path: Path) -> None:
    torch.manual_seed(4)
    whole = Backbone("resnet18")
    assert isinstance(whole.network, TracedNetwork)
    for module in whole.network.model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for tensor in (module.weight, module.bias, module.running_mean, module.running_var):
                assert tensor is not None
                tensor.data.uniform_(0.5, 1.5)
    state = {k: v for k, v in folded(whole.network.model).items() if not k.startswith("layer4")}
    partial = imported(state, "resnet18", tmp_path)
    picture = torch.rand(1, 3, 64, 64)
    expected, features = (one(picture, ["layer3"])["layer3"] for one in (whole, partial))
    torch.testing.assert_close(features, expected, rtol=1e-3, atol=1e-4)
    assert partial.facts.dream == partial.layer_names()[-1] == "layer3"


def folded(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The state dict of a ResNet up to its classifier, with batch norms folded."""
    norms = {"conv": "bn", "downsample.0": "downsample.1"}
    state: dict[str, torch.Tensor] = {}
    for name, conv in model.named_modules():
        if isinstance(conv, torch.nn.Conv2d):
            norm_name = next(name.replace(a, b) for a, b in norms.items() if a in name)
            norm = model.get_submodule(norm_name)
            assert isinstance(norm, torch.nn.BatchNorm2d)
            assert norm.running_mean is not None and norm.running_var is not None
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()
            state[f"{name}.weight"] = conv.weight * gain.view(-1, 1, 1, 1)
            state[f"{name}.bias"] = norm.bias - norm.running_mean * gain
    return state


@pytest.mark.skipif(not RESNET_18.exists(), reason="needs the weights of ../shared/weights")
def test_a_folded_resnet_up_to_layer3_is_imported() -> None:
    result = import_weights(RESNET_18, facts_of("resnet18"))
    assert result.layers_without_weights[0] == "layer4.0.conv1"
    backbone = Backbone.load("resnet18")
    kernel, bias = (load_file(RESNET_18)[f"conv1.{part}"] for part in ("weight", "bias"))
    picture = torch.rand(1, 3, 64, 64)
    normalised = (picture - backbone.mean) / backbone.std
    expected = torch.nn.functional.conv2d(normalised, kernel, bias, stride=2, padding=3).relu()
    torch.testing.assert_close(backbone(picture, ["relu"])["relu"], expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ("archive/data.pkl", r"data\.pkl in it has \d+ bytes; allowed: 16777216"),
        ("archive/data/0", r"has \d+ bytes and unpacks to \d+; allowed: 4 times that"),
    ],
)
def test_a_small_file_that_unpacks_to_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, member: str, message: str
) -> None:
    monkeypatch.setattr("torch.load", lambda *_, **__: pytest.fail("the file was read"))
    path = tmp_path / "bomb.pth"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, bytes(18 << 20))
    with pytest.raises(WeightsMissing, match=message):
        import_weights(path, facts_of("alexnet"))
