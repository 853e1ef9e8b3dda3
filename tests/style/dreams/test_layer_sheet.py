"""`hitsujun layers` with random weights: the tests check shapes, not what pictures look like."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from service.cli import main
from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES, unsmoothed
from style.dreams.layer_sheet import layers_of


@pytest.mark.parametrize("name", BACKBONES)
def test_every_default_layer_has_channels_and_feature_maps(name: str) -> None:
    backbone = Backbone(name)
    layers = {layer.name: layer for layer in layers_of(backbone)}
    facts = backbone.facts
    for layer in map(unsmoothed, (*facts.style, *facts.content, facts.dream)):
        assert layers[layer].channels >= 16 and layers[layer].height >= 3


def test_the_list_has_shapes_and_uses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "vgg19", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("layer, channels, feature map")
    row = next(line for line in lines if line.startswith("relu5_1 "))
    assert row.split() == ["relu5_1", "512", "14", "x", "14", "style,", "dream"]


def test_the_sheet_has_a_row_for_each_layer(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    import_random_weights: Callable[[str], None],
) -> None:
    import_random_weights("alexnet")
    path = tmp_path / "sheet.png"
    arguments = ["layers", "alexnet", "-o", str(path), "--channels", "2", "--steps", "1"]
    arguments += ["--size", "64", "--layer", "relu1", "--layer", "relu5"]
    assert main(arguments) == 0
    with Image.open(path) as image:
        assert image.size == (2 * 68, 2 * 88)
    assert main([*arguments, "--layer", "relu9"]) == 2
    assert "no layer 'relu9'" in capsys.readouterr().err
