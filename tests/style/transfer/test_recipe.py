import pytest

from style import ConfigError, StylizeConfig
from style.backbones.backbone import Backbone
from style.transfer.recipe import Recipe


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return Backbone("alexnet")


def test_texts_become_numbers_and_defaults_are_the_backbones(backbone: Backbone) -> None:
    config = StylizeConfig(
        "alexnet", style_layers="relu1=3,relu2", style_weights="1,3", max_memory="2GB"
    )
    recipe = Recipe.of(config, backbone)
    assert recipe.style_layers == {"relu1": 0.75, "relu2": 0.25}
    assert list(recipe.content_layers) == list(backbone.facts.content)
    assert recipe.style_weights == (0.25, 0.75)
    assert recipe.max_bytes == 2 * 10**9
    assert not recipe.has_dream


def test_a_named_dream_adds_its_layers(backbone: Backbone) -> None:
    recipe = Recipe.of(StylizeConfig("alexnet", dream="relu5:3"), backbone)
    assert recipe.has_dream and recipe.dream
    assert recipe.all_layers == recipe.compared_layers | {"relu5"}


def test_an_automatic_dream_is_looked_for_in_the_free_layers(backbone: Backbone) -> None:
    recipe = Recipe.of(StylizeConfig("alexnet", style_layers="relu1", dream="auto"), backbone)
    assert recipe.has_dream and not recipe.dream
    assert recipe.free_layers and not set(recipe.free_layers) & recipe.compared_layers


def test_there_is_a_weight_for_each_style_or_for_none(backbone: Backbone) -> None:
    assert Recipe.of(StylizeConfig("alexnet"), backbone).weights_of_styles(2) == (1, 1)
    recipe = Recipe.of(StylizeConfig("alexnet", style_weights="1,1"), backbone)
    with pytest.raises(ConfigError, match="style_weights has 2 for 3 styles; give one for each"):
        recipe.weights_of_styles(3)
