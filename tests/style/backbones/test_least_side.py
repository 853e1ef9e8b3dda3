import pytest

from style.backbones.backbone import Backbone
from style.backbones.least_side import least_side


@pytest.mark.parametrize(
    ("layer", "side"), [("relu1_1", 1), ("relu2_1", 2), ("relu4_1", 8), ("relu5_1", 16)]
)
def test_vgg_halves_its_map_at_each_pooling(layer: str, side: int) -> None:
    assert least_side(Backbone("vgg19"), ["relu1_1", layer]) == side


def test_reflecting_padding_needs_more_than_its_width() -> None:
    assert least_side(Backbone("vgg19", padding="reflect"), ["relu1_1"]) == 2
