"""What a network cannot show is found from the settings alone."""

import json
from importlib.resources import files

import pytest

from style.backbones.backbone import Backbone
from style.backbones.layer_channels import known_channels
from style.backbones.registry import BACKBONES
from style.config.dream import DreamConfig
from style.config.stylize import StylizeConfig
from style.config.visualization import VisualizationConfig
from style.dreams.from_text import objective_of
from style.errors import ConfigError
from tests.bench.layer_channels import channels_of

NO_CHANNEL = "relu4_1 has channels 0 to 511, not 99999"


@pytest.mark.parametrize("name", BACKBONES)
def test_the_table_has_the_channels_of_each_layer(name: str) -> None:
    table = files("style.backbones").joinpath("layer_channels.json").read_text("utf-8")
    assert json.loads(table)[name] == channels_of(Backbone(name))


@pytest.mark.parametrize(
    "text",
    [
        "relu4_1:99999",
        "relu3_1 + 0.5*relu4_1:3,99999",
        "relu4_1:99999@0.5,0.5",
        "relu4_1/smooth:99999",
    ],
)
def test_a_channel_that_a_layer_does_not_have_is_refused(text: str) -> None:
    message = NO_CHANNEL.replace("relu4_1", "relu4_1(/smooth)?")
    with pytest.raises(ConfigError, match=f"dream: {message}"):
        StylizeConfig(dream=text)
    for config in (DreamConfig, VisualizationConfig):
        with pytest.raises(ConfigError, match=message):
            config(objective=text)


def test_a_channel_is_refused_by_its_number_alone() -> None:
    with pytest.raises(ConfigError, match=NO_CHANNEL):
        DreamConfig(layer="relu4_1", channel=99999)
    with pytest.raises(ConfigError, match="relu5_1 has channels 0 to 511, not 99999"):
        DreamConfig(channel=99999)


def test_a_class_is_looked_for_before_the_network_is_loaded() -> None:
    with pytest.raises(ConfigError, match="no ImageNet class 'egyptian bat'; did you mean"):
        DreamConfig("squeezenet1_0", class_="egyptian bat")
    with pytest.raises(ConfigError, match="alexnet is kept without its classification layer"):
        DreamConfig("alexnet", class_="hen")
    with pytest.raises(ConfigError, match="dream: class is 1000; allowed: 0 to 999"):
        StylizeConfig("squeezenet1_0", dream="class:1000")


@pytest.mark.parametrize("text", ["relu4_1:guide", "relu3_1 + relu4_1:guide"])
def test_a_painting_has_no_guide_picture(text: str) -> None:
    with pytest.raises(ConfigError, match="has relu4_1:guide, and a painting has no guide"):
        StylizeConfig(dream=text)


@pytest.mark.parametrize("text", ["relu4_1 - relu3_1", "0*relu3_1", "relu4_1 - class:7"])
def test_a_term_with_a_minus_is_refused_within_a_painting(text: str) -> None:
    with pytest.raises(ConfigError, match="within a painting every term has a plus"):
        StylizeConfig("vgg19", dream=text)


def test_the_channels_of_a_layer_that_the_table_does_not_have_are_tried() -> None:
    assert known_channels("squeezenet1_0", "features.4") is None
    with pytest.raises(ConfigError, match=r"features\.4 has channels 0 to 127, not 128"):
        objective_of("relu1 + features.4:128", Backbone("squeezenet1_0"))
