"""The table of least sides says what the networks say."""

import json
from importlib.resources import files

import pytest

from style.backbones.backbone import Backbone
from style.backbones.least_side import least_side
from style.backbones.least_sides import known_least_side
from style.backbones.registry import BACKBONES

TABLE = json.loads(files("style.backbones").joinpath("least_sides.json").read_text("utf-8"))


@pytest.mark.parametrize("name", BACKBONES)
def test_the_table_has_every_layer_and_the_side_that_the_network_needs(name: str) -> None:
    backbone, facts = Backbone(name), BACKBONES[name]
    assert set(backbone.network.layer_names()) <= set(TABLE[name])
    layers = {*facts.style, *facts.content, facts.dream}
    assert known_least_side(name, layers) == least_side(backbone, layers)


def test_a_layer_that_is_not_known_needs_nothing_here() -> None:
    assert known_least_side("vgg19", ["none"]) == known_least_side("vgg19", []) == 1
