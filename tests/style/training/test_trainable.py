"""Networks as they are trained, with batch norms that can be folded away again."""

import pytest
import torch

from style.backbones.networks import network_of
from style.backbones.registry import BACKBONES
from style.backbones.weights.names import named_for
from style.errors import UnknownBackbone
from style.training.trainable import folded, trainable_layers, trainable_network

SMALL = [n for n in BACKBONES if n not in ("vgg16", "vgg19", "googlenet", "inception_v3")]


@pytest.mark.parametrize("name", SMALL)
def test_a_trained_network_has_the_tensors_of_its_backbone(name: str) -> None:
    expected = network_of(name).state_dict()
    tensors = named_for(dict(folded(trainable_network(name, 1000)).state_dict()), name, expected)
    assert tensors.keys() == expected.keys()
    assert all(tensors[key].shape == expected[key].shape for key in expected)


@pytest.mark.parametrize("name", ["squeezenet1_0", "squeezenet1_1", "alexnet"])
def test_folded_batch_norms_change_nothing(name: str) -> None:
    torch.manual_seed(1)
    network = trainable_network(name, 10)
    with torch.no_grad():
        network(torch.rand(4, 3, 96, 96))  # moves the statistics away from 0 and 1
        pictures = torch.rand(2, 3, 96, 96)
        expected = network.eval()(pictures)
        actual = folded(network)(pictures)
    assert not any("norm" in key for key in folded(network).state_dict())
    torch.testing.assert_close(actual, expected, rtol=1e-3, atol=1e-4)


def test_batch_norms_stand_before_the_relus() -> None:
    fire = trainable_network("squeezenet1_1", 10).get_submodule("features.3")
    assert [name for name, _ in fire.named_children()] == [
        "squeeze", "squeeze_activation", "expand1x1", "expand1x1_activation",
        "expand3x3", "expand3x3_activation",
    ]  # fmt: skip
    assert isinstance(fire.get_submodule("squeeze")[1], torch.nn.BatchNorm2d)  # type: ignore[index]


def test_a_network_is_cut_behind_its_deepest_layer() -> None:
    network = trainable_layers("squeezenet1_1", ["relu1", "fire3/concat"])
    features = network(torch.rand(1, 3, 64, 64))
    assert {name: tuple(x.shape) for name, x in features.items()} == {
        "relu1": (1, 64, 31, 31), "fire3/concat": (1, 128, 15, 15),
    }  # fmt: skip
    prefixes = {".".join(key.split(".")[:2]) for key in network.state_dict()}
    assert prefixes == {"features.0", "features.3", "features.4"}
    with pytest.raises(UnknownBackbone, match="has no layer 'fire3/concatt'; did you mean"):
        trainable_layers("squeezenet1_1", ["fire3/concatt"])


def test_an_unknown_backbone_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownBackbone, match="squeezenet1_1"):
        trainable_network("squeezenet11", 10)
