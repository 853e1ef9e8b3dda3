"""`hitsujun layers` with random weights: the tests check shapes, not what pictures look like."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image

from service.cli import main
from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES, unsmoothed
from style.dreams.layer_facts import chosen_channels, layers_of
from style.dreams.layer_sheet import CAPTION_PX
from style.dreams.photographs import crop, most_exciting
from style.dreams.visualization import GAP_PX
from style.errors import ConfigError, PictureError, UnknownBackbone

STEP = 64 + GAP_PX  # from one picture of a sheet to the next


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


def test_channels_are_named_or_evenly_spaced(backbone: Backbone) -> None:
    written = ["relu1", "relu5:7,3"]
    chosen = [(one.layer.name, one.indexes) for one in chosen_channels(backbone, written, count=4)]
    assert chosen == [("relu1", (0, 16, 32, 48)), ("relu5", (7, 3))]
    default = [one.layer.name for one in chosen_channels(backbone, count=1)]
    assert default == ["conv1", "relu1", "conv2", "conv3", "conv4", "relu5"]


@pytest.mark.parametrize(
    ("written", "error", "message"),
    [
        ("relu9", UnknownBackbone, "no layer 'relu9' with feature maps; it has conv1"),
        ("relu5:256", ConfigError, "relu5 has channels 0 to 255, not 256"),
        ("2*relu5", ConfigError, "layer '2\\*relu5' is not understood; allowed: LAYER, or"),
        ("relu5:3@0.5,0.5", ConfigError, "is not understood"),
        ("relu5 + relu4", ConfigError, "is not understood"),
        ("class:daisy", ConfigError, "is not understood"),
        ("relu5:", ConfigError, "is not understood"),
    ],
)
def test_other_layers_and_channels_are_refused(
    backbone: Backbone, written: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        chosen_channels(backbone, [written], count=4)


@pytest.mark.parametrize(
    ("options", "columns", "rows"),
    [
        ([], 2, [1, 1]),
        (["--variants=3"], 3, [2, 2]),
        (["--pairs"], 2, [2, 2]),
        (["--photos=photos"], 2, [2, 2]),
    ],
)
def test_the_sheet_has_the_rows_that_were_asked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    import_random_weights: Callable[[str], None],
    options: list[str],
    columns: int,
    rows: list[int],
) -> None:
    import_random_weights("alexnet")
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    Image.effect_noise((90, 70), 80).convert("RGB").save("photos/noise.png")
    arguments = ["layers", "alexnet", "-o", "sheet.png", "--steps=1", "--size=64", "--channels=2"]
    assert main([*arguments, "--layer=relu1", "--layer=relu5:9,4", *options]) == 0
    height = sum(CAPTION_PX + count * STEP for count in rows)
    with Image.open("sheet.png") as image:
        assert image.size == (columns * STEP, height)
    told = capsys.readouterr()
    assert ("relu5:9 + " in told.err or "relu5:9,4" in told.err) == ("--pairs" in options)
    assert ("noise.png" in told.out) == bool("--photos=photos" in options)


def test_the_photograph_that_excites_a_channel_most_is_found_with_its_place(
    tmp_path: Path, backbone: Backbone
) -> None:
    """A channel made to see red: of all photographs the one with a red square, there."""
    network = backbone.network
    network["conv1"].weight[:] = 0
    network["conv1"].bias[:] = 0
    network["conv1"].weight[5, 0], network["conv1"].weight[5, 1:] = 1.0, -1.0
    for name, colour in (("red", (250, 20, 20)), ("blue", (20, 20, 250)), ("grey", (99, 99, 99))):
        picture = Image.new("RGB", (224, 168), (90, 90, 90))
        picture.paste(colour, (160, 32, 192, 64))
        picture.save(tmp_path / f"{name}.png")
    (tmp_path / "torn.png").write_bytes(b"no picture")
    Image.new("RGB", (900, 30)).save(tmp_path / "narrow.png")
    chosen, skipped = chosen_channels(backbone, ["relu1:5"], count=1), list[str]()
    paths = sorted(tmp_path.iterdir())
    found = most_exciting(
        backbone, chosen, paths, on_skipped=lambda error: skipped.append(str(error))
    )["relu1", 5]
    assert found.path.name == "red.png"
    assert found.x == pytest.approx(176 / 224, abs=16 / 224)  # within the square
    assert found.y == pytest.approx(48 / 168, abs=16 / 168)
    shown = crop(backbone, "relu1", found, 40)
    assert shown.size == (40, 40)
    assert shown.getpixel((20, 20)) == (250, 20, 20)
    assert len(skipped) == 2
    assert any("narrow.png is 224x7 px when scaled" in one for one in skipped)
    with pytest.raises(PictureError, match="none of the photographs can be used"):
        most_exciting(backbone, chosen, [tmp_path / "torn.png"], on_skipped=lambda error: None)


def test_a_channel_that_nothing_wakes_is_labelled(
    monkeypatch: pytest.MonkeyPatch, backbone: Backbone
) -> None:
    from style.config.visualization import VisualizationConfig
    from style.dreams import layer_sheet

    labels: list[str] = []
    monkeypatch.setattr(
        layer_sheet._Sheet, "add_row", lambda _self, cells: labels.extend(c[1] for c in cells)
    )
    monkeypatch.setattr(layer_sheet._Sheet, "drawn", lambda _self: Image.new("RGB", (1, 1)))
    backbone.network["conv5"].bias[3] = -1e6
    config = VisualizationConfig("alexnet", size=64, steps=4)
    chosen = chosen_channels(backbone, ["relu5:3,4"], count=1)
    layer_sheet.layer_sheet(backbone, chosen, config)
    assert labels == ["3: asleep", "4"]
    assert torch.is_grad_enabled()
