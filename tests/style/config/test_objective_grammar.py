"""Objectives: how they are written, and what they are parsed into."""

import pytest
import torch
from PIL import Image
from torchvision.models import SqueezeNet1_0_Weights

from style import ConfigError, DreamConfig
from style.backbones.backbone import Backbone
from style.backbones.class_names import class_index, class_names
from style.config.objective_grammar import ParsedTerm, parse_objective
from style.dreams.from_text import configured_objective, objective_of


@pytest.fixture(scope="module")
def squeezenet() -> Backbone:
    torch.manual_seed(1)
    return Backbone("squeezenet1_0")


def test_weights_signs_channels_and_positions_are_parsed() -> None:
    assert parse_objective("relu4_2:20 + 0.5*relu5_1 - 0.2*relu3_1:5@0.25,1") == (
        ParsedTerm(1.0, "relu4_2", (20,)),
        ParsedTerm(0.5, "relu5_1"),
        ParsedTerm(-0.2, "relu3_1", (5,), (0.25, 1.0)),
    )
    assert parse_objective("2e-5*relu5_1:3,17,4 + relu1") == (
        ParsedTerm(2e-5, "relu5_1", (3, 17, 4)),
        ParsedTerm(1.0, "relu1"),
    )
    assert parse_objective("-fire5/concat:guide") == (
        ParsedTerm(-1.0, "fire5/concat", is_guide=True),
    )
    assert parse_objective("features.1 - 2*class:'egyptian cat' + class:7") == (
        ParsedTerm(1.0, "features.1"),
        ParsedTerm(-2.0, label="egyptian cat"),
        ParsedTerm(1.0, label="7"),
    )


@pytest.mark.parametrize("text", [
    "", "relu1:", "relu1:x", "relu1 relu2", "0.5 relu1", "relu1 +", "relu1:2@3", "a:1@2,0", "a:1,",
    "a:1,2@0,0", "a:" + "9" * 5000,
])  # fmt: skip
def test_a_text_outside_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"not understood|allowed: 0 to 1"):
        parse_objective(text)


def test_classes_are_found_by_number_and_by_name() -> None:
    assert list(class_names()) == SqueezeNet1_0_Weights.IMAGENET1K_V1.meta["categories"]
    assert class_names()[285] == "Egyptian cat"
    assert class_index("285") == class_index("egyptian_cat") == 285
    with pytest.raises(ConfigError, match="did you mean 'egyptian cat'"):
        class_index("egyptian bat")
    with pytest.raises(ConfigError, match="0 to 999"):
        class_index("1000")
    with pytest.raises(ConfigError, match="0 to 999"):
        class_index("9" * 5000)


def test_a_class_is_a_channel_of_the_last_layer(squeezenet: Backbone) -> None:
    objective = objective_of("class:espresso", squeezenet)
    assert str(objective) == "class:'espresso'"
    features = squeezenet(torch.rand(1, 3, 64, 64), objective.layers)
    (last,) = features.values()
    assert last.shape[1] == 1000
    assert torch.isclose(objective.value(features), last[:, class_index("espresso")].mean())


@pytest.mark.parametrize("text", [
    "0.1234567891*features.4:3,17,4 + features.7:1@0.25,0.3333333333",
    "features.4 - 2e-05*class:\"yellow lady's slipper\" + class:'Egyptian cat'",
])  # fmt: skip
def test_an_objective_prints_as_it_was_written(squeezenet: Backbone, text: str) -> None:
    assert str(objective_of(text, squeezenet)) == text


def test_a_class_of_a_network_without_classes_is_refused() -> None:
    with pytest.raises(ConfigError, match="vgg16 is kept without"):
        objective_of("class:7", Backbone("vgg16"))


def test_a_guide_picture_is_followed_in_the_named_layer(squeezenet: Backbone) -> None:
    picture = torch.rand(1, 3, 64, 64)
    config = DreamConfig("squeezenet1_0", layer="features.4")
    assert (
        str(configured_objective(config, squeezenet, guide_picture=picture)) == "features.4:guide"
    )
    with pytest.raises(ConfigError, match="needs a guide picture"):
        objective_of("features.4:guide", squeezenet)
    for settings in ({"objective": "features.4"}, {"layer": "features.4", "channel": 1}):
        with pytest.raises(ConfigError, match="guide"):
            config = DreamConfig("squeezenet1_0", **settings)
            configured_objective(config, squeezenet, guide_picture=picture)


@pytest.mark.parametrize(
    "settings",
    [{"objective": "a", "layer": "b"}, {"class_": "7", "channel": 2}, {"objective": "a +"}],
)
def test_a_configuration_with_two_objectives_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"replaces|not understood"):
        DreamConfig(**settings)


def test_the_guide_of_a_dream_is_a_picture(squeezenet: Backbone) -> None:
    from style import dream

    config = DreamConfig("squeezenet1_0", size=64, octaves=1, steps=1, precision="float32")
    grey, red = Image.new("RGB", (80, 64), "grey"), Image.new("RGB", (80, 64), "red")
    report = dream(grey, config, guide=red, backbone=squeezenet).report
    assert report["objective"] == "fire9/concat:guide"
