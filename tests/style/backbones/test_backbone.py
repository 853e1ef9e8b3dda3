"""Layers and features, with random weights; real ones are only tested where they are cached."""

from collections.abc import Callable

import pytest
import torch
from torchvision import models

from data.cache import cache_dir
from style.backbones.backbone import Backbone
from style.backbones.layers import PLAIN, readable_names
from style.backbones.registry import (
    BACKBONES,
    IMAGENET_MEAN,
    IMAGENET_STD,
    PADDINGS,
    POOLINGS,
    facts_of,
)
from style.backbones.smoothing import smoothed
from style.backbones.weights.store import cached_path
from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig
from style.errors import ConfigError, UnknownBackbone

NAMES = list(BACKBONES)


@pytest.mark.parametrize("name", NAMES)
def test_default_layers_exist_and_fit_the_smallest_picture(name: str) -> None:
    facts = facts_of(name)
    layers = {*facts.style, *facts.content}
    features = Backbone(name)(torch.rand(1, 3, facts.least_px, facts.least_px), layers)
    assert set(features) == layers
    assert all(min(feature.shape) >= 1 for feature in features.values())


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_network_computes_what_torchvisions_does(name: str) -> None:
    torchvisions = models.get_model(name, weights=None).features.eval()
    ours = Backbone(name)
    sources = [layer for layer in torchvisions if isinstance(layer, torch.nn.Conv2d)]
    convolutions = [c for c in ours.network.children() if isinstance(c, torch.nn.Conv2d)]
    for layer, source in zip(convolutions, sources, strict=True):
        layer.load_state_dict(source.state_dict())
    image = torch.rand(1, 3, 96, 80)
    deepest = facts_of(name).dream
    features = ours(image, {deepest})[deepest]
    current, after_relus = (image - ours.mean) / ours.std, []
    for layer in torchvisions:
        current = layer(current)
        if isinstance(layer, torch.nn.ReLU):
            after_relus.append(current.clone())
    relus = [layer for layer in ours.network.layer_names() if layer.startswith("relu")]
    torch.testing.assert_close(features, after_relus[relus.index(deepest)])


@pytest.mark.parametrize("name", [name for name in NAMES if name not in PLAIN])
def test_every_layer_gives_what_torchvisions_forward_computes_there(name: str) -> None:
    backbone = Backbone(name)
    image = torch.rand(1, 3, backbone.facts.least_px, backbone.facts.least_px)
    expected = outputs_of_modules(backbone, image)
    readable = readable_names(name, expected)
    assert set(readable) == set(backbone.network.layer_names())
    with torch.no_grad():
        by_readable = backbone(image, list(readable))
        by_torchvisions = backbone(image, list(readable.values()))
    for layer, module in readable.items():
        torch.testing.assert_close(by_readable[layer], expected[module])
        assert torch.equal(by_readable[layer], by_torchvisions[module])


def outputs_of_modules(backbone: Backbone, image: torch.Tensor) -> dict[str, torch.Tensor]:
    """What each module of a traced network returns in torchvision's own forward, by its name."""
    outputs: dict[str, torch.Tensor] = {}

    def recorder(name: str) -> Callable[..., None]:
        def hook(*call: object) -> None:
            if isinstance(call[-1], torch.Tensor):
                outputs.setdefault(name, call[-1].clone())  # torchvision overwrites some

        return hook

    for name, module in backbone.network.model.named_modules():
        module.register_forward_hook(recorder(name))
    with torch.no_grad():
        backbone.network.model((image - backbone.mean) / backbone.std)
    del outputs[""]  # the model itself
    return outputs


@pytest.mark.parametrize("name", NAMES)
def test_gradients_reach_the_picture_and_leave_the_weights_alone(name: str) -> None:
    backbone = Backbone(name)
    facts = backbone.facts
    image = torch.rand(1, 3, facts.least_px, facts.least_px, requires_grad=True)
    features = backbone(image, {*facts.style, *facts.content})
    torch.stack([feature.square().mean() for feature in features.values()]).sum().backward()
    assert image.grad is not None and image.grad.abs().max() > 0
    assert all(parameter.grad is None for parameter in backbone.parameters())


@pytest.mark.parametrize("name", NAMES)
def test_fewer_modules_run_for_the_first_layer_than_for_all(name: str) -> None:
    backbone = Backbone(name)
    facts = backbone.facts
    image = torch.rand(1, 3, facts.least_px, facts.least_px)
    ran: set[str] = set()
    for key, module in backbone.network.named_modules():
        module.register_forward_hook(lambda *_, key=key: ran.add(key))
    backbone(image, facts.style[:1])
    first = len(ran)
    ran.clear()
    backbone(image, facts.style)
    assert first < len(ran)


def test_layers_after_the_deepest_requested_are_not_computed() -> None:
    backbone = Backbone("vgg19")
    ran: list[str] = []
    for name, layer in backbone.network.named_children():
        layer.register_forward_hook(lambda *_, name=name: ran.append(name))
    backbone(torch.rand(1, 3, 32, 32), {"relu2_1"})
    assert ran[-1] == "conv2_1"  # its ReLU is computed in place, without the module


def test_features_are_smoothed_where_the_name_of_the_layer_says_so() -> None:
    backbone = Backbone("resnet18")
    features = backbone(torch.rand(1, 3, 64, 64), {"layer2", "layer2/smooth"})
    torch.testing.assert_close(features["layer2/smooth"], smoothed(features["layer2"]))


def test_smoothing_is_a_signed_root_with_a_finite_gradient_at_zero() -> None:
    roots = smoothed(torch.tensor([-1e4, 0.0, 1.0, 1e4]))
    torch.testing.assert_close(roots, torch.tensor([-100.0, 0.0, 1.0, 100.0]), rtol=0.1, atol=0)
    zeros = torch.zeros(3, requires_grad=True)
    smoothed(zeros).sum().backward()
    assert zeros.grad is not None and zeros.grad.isfinite().all()


@pytest.mark.parametrize(("pooling", "gain"), [("average", 2.0), ("l2", 1.56)])
def test_average_and_l2_pooling_are_scaled_means(pooling: str, gain: float) -> None:
    backbone = Backbone("vgg16", pooling=pooling)
    features = backbone(torch.rand(1, 3, 64, 64), {"relu1_2", "pool1"})
    mean = torch.nn.functional.avg_pool2d
    if pooling == "l2":
        expected = mean(features["relu1_2"].square(), 2).sqrt()
    else:
        expected = mean(features["relu1_2"], 2)
    torch.testing.assert_close(features["pool1"], gain * expected, rtol=1e-3, atol=2e-3)


def test_replicating_padding_shows_no_border_in_a_plain_picture() -> None:
    zeros, replicate = Backbone("vgg16"), Backbone("vgg16", padding="replicate")
    replicate.load_state_dict(zeros.state_dict())
    grey = torch.full((1, 3, 64, 64), 0.7)
    features = replicate(grey, {"relu3_1"})["relu3_1"]
    torch.testing.assert_close(features, features[..., :1, :1].expand_as(features))
    assert zeros(grey, {"relu3_1"})["relu3_1"].std(dim=(2, 3)).max() > 1e-3


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("name", [n for n in NAMES if facts_of(n).allows_other_pooling])
def test_every_pooling_has_a_finite_gradient_even_for_black(name: str, pooling: str) -> None:
    image = torch.zeros(1, 3, 64, 64, requires_grad=True)
    features = Backbone(name, pooling=pooling)(image, facts_of(name).style[1:2])
    next(iter(features.values())).sum().backward()
    assert image.grad is not None and image.grad.isfinite().all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("padding", PADDINGS[1:])
def test_every_network_allows_every_padding(name: str, padding: str) -> None:
    least = facts_of(name).least_px
    backbone = Backbone(name, padding=padding)
    features = backbone(torch.rand(1, 3, least, least), facts_of(name).style[:3])
    assert all(feature.isfinite().all() for feature in features.values())


def test_a_pooling_that_a_network_does_not_allow_is_refused() -> None:
    with pytest.raises(ConfigError, match="resnet18 does not halve its feature maps by pooling"):
        Backbone("resnet18", pooling="average")
    for config in (StylizeConfig, DreamConfig):
        with pytest.raises(ConfigError, match="allowed: max, average, l2; padding is 'none'"):
            config(pooling="min", padding="none")


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_normalisation_replaces_torchvisions_transform_input_of_inception(name: str) -> None:
    model = Backbone(name).network.model
    model.transform_input = True
    image = torch.rand(1, 3, 8, 8)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
    expected = model._transform_input((image - mean) / std)
    torch.testing.assert_close((image - 0.5) / 0.5, expected)


def test_an_unknown_layer_is_refused_with_the_layers_there_are() -> None:
    with pytest.raises(UnknownBackbone, match="no layer 'relu9_9'; it has conv1_1"):
        Backbone("vgg19")(torch.rand(1, 3, 32, 32), {"relu9_9"})


def test_of_a_network_with_many_layers_only_the_nearest_are_listed() -> None:
    with pytest.raises(UnknownBackbone) as error:
        Backbone("resnet18")(torch.rand(1, 3, 64, 64), {"layer3.O"})
    listed = str(error.value).partition("it has ")[2]
    assert "layer3.0" in listed.split(", ")
    assert listed.count(", ") == 4
    assert listed.endswith(" ... (hitsujun layers resnet18 --list)")


@pytest.mark.weights
@pytest.mark.parametrize("name", NAMES)
def test_real_weights_load_strictly(name: str) -> None:
    if not cached_path(facts_of(name)):
        pytest.skip(f"no {name} in {cache_dir()}; hitsujun weights fetch {name}")
    backbone = Backbone.load(name)
    with torch.no_grad():
        features = backbone(torch.rand(1, 3, 64, 64), facts_of(name).style)
    assert all(feature.isfinite().all() and feature.std() > 0 for feature in features.values())
