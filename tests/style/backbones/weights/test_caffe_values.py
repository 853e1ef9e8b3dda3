"""Weights for Caffe's input under torchvision's names are recognised by what they hold."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from style.backbones.backbone import Backbone
from style.backbones.registry import IMAGENET_MEAN, IMAGENET_STD, facts_of
from style.backbones.weights.caffe_values import has_caffe_values
from style.backbones.weights.converters import SQUEEZENET_MEAN, VGG_MEAN, Tensors
from style.backbones.weights.importing import import_weights
from style.backbones.weights.store import cached_path

FIRST = {"vgg19": "conv1_1", "vgg16": "conv1_1", "alexnet": "conv1", "squeezenet1_0": "features.0"}
CACHED = {name: path for name in FIRST if (path := cached_path(facts_of(name)))}


def for_caffe(tensors: Tensors, layer: str, mean: tuple[float, ...]) -> Tensors:
    """The first layer for BGR in [0, 255] less a mean (of RGB), that does what it did before."""
    weight, bias = (tensors[f"{layer}.{part}"].double() for part in ("weight", "bias"))
    weight = weight / (255 * torch.tensor(IMAGENET_STD).view(1, 3, 1, 1))
    shift = 255 * torch.tensor(IMAGENET_MEAN) - torch.tensor(mean)
    bias = bias - (weight * shift.view(1, 3, 1, 1)).sum(dim=(1, 2, 3))
    return {f"{layer}.weight": weight.flip(1).float(), f"{layer}.bias": bias.float()}


@pytest.mark.weights
@pytest.mark.parametrize("name", CACHED)
def test_real_weights_for_caffe_are_folded_and_others_are_left(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors, mean = load_file(CACHED[name]), VGG_MEAN if "squeeze" not in name else SQUEEZENET_MEAN
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    torch.save(tensors, tmp_path / "ours.pth")
    torch.save(tensors | for_caffe(tensors, FIRST[name], mean), tmp_path / "caffe.pth")
    picture = torch.rand(1, 3, 64, 64)
    layer, features = facts_of(name).content[0], {}
    for file in ("ours", "caffe"):
        assert import_weights(tmp_path / f"{file}.pth", facts_of(name)).was_caffe == (
            file == "caffe"
        )
        features[file] = Backbone.load(name)(picture, [layer])[layer]
    torch.testing.assert_close(features["caffe"], features["ours"], rtol=1e-3, atol=1e-2)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["vgg16", "alexnet", "squeezenet1_0"])
def test_untrained_weights_are_not_taken_for_caffes(name: str, seed: int) -> None:
    torch.manual_seed(seed)
    tensors = Backbone(name).network.state_dict()
    weight, bias = (tensors[f"{FIRST[name]}.{part}"] for part in ("weight", "bias"))
    assert not has_caffe_values(weight, bias)


def test_small_weights_in_rgb_are_not_taken_for_bgr() -> None:
    torch.manual_seed(1)
    weight = torch.randn(64, 3, 3, 3) * torch.tensor([1.2, 1.3, 1.0]).view(1, 3, 1, 1) / 255
    assert not has_caffe_values(weight, torch.full((64,), 0.5))
    assert has_caffe_values(weight.flip(1), torch.full((64,), 0.5))
