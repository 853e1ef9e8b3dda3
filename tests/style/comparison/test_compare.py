"""`layers` and `compare`. Random weights here, imported: these tests look at no pictures."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from service.cli import main
from style.backbones.backbone import Backbone
from style.backbones.registry import BACKBONES, facts_of, unsmoothed
from style.backbones.weights.importing import import_weights
from style.dreams.layer_sheet import layers_of


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def weights(tmp_path: Path) -> None:
    for name in ("alexnet", "vgg16"):
        torch.manual_seed(1)
        path = tmp_path / f"{name}.safetensors"
        save_file(dict(Backbone(name).network.state_dict()), path)
        import_weights(path, facts_of(name))


@pytest.mark.parametrize("name", BACKBONES)
def test_every_default_layer_has_channels_and_maps(name: str) -> None:
    backbone = Backbone(name)
    found = {layer.name: layer for layer in layers_of(backbone)}
    facts = backbone.facts
    for layer in map(unsmoothed, (*facts.style, *facts.content, facts.dream)):
        assert found[layer].channels >= 16 and found[layer].height >= 3


def test_the_list_says_shapes_and_uses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layers", "vgg19", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("layer, channels, map")
    row = next(line for line in lines if line.startswith("relu5_1 "))
    assert row.split() == ["relu5_1", "512", "14", "x", "14", "style,", "dream"]


@pytest.mark.usefixtures("weights")
def test_the_picture_has_a_row_a_layer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sheet.png"
    arguments = ["layers", "alexnet", "-o", str(path), "--channels", "2", "--steps", "1"]
    arguments += ["--size", "64", "--layer", "relu1", "--layer", "relu5"]
    assert main(arguments) == 0
    with Image.open(path) as image:
        assert image.size == (2 * 68, 2 * 88)
    assert main([*arguments, "--layer", "relu9"]) == 2
    assert "no layer 'relu9'" in capsys.readouterr().err


@pytest.mark.usefixtures("weights")
def test_a_comparison_has_a_row_a_backbone_in_equal_steps_and_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = np.random.default_rng(1)
    for name in ("content", "style"):
        pixels = generator.integers(0, 255, (48, 64, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    pictures = [str(tmp_path / f"{name}.png") for name in ("content", "style")]
    folder = tmp_path / "compared"
    arguments = ["compare", *pictures, "-o", str(folder), "--size", "64", "--steps", "2"]
    assert main([*arguments, "--backbone", "alexnet", "--backbone", "vgg16"]) == 0
    table = json.loads((folder / "table.json").read_text())
    rows = {(row["backbone"], row["equal"]): row for row in table["rows"]}
    assert len(rows) == 4 and table["left_out"] == {}
    assert rows["alexnet", "steps"]["steps"] == rows["vgg16", "steps"]["steps"] == 2
    assert rows["alexnet", "time"]["steps"] >= 2
    for row in rows.values():
        assert row["parameters"] > 1e6 and row["memory_mb"] > 50 and row["weights_mb"] > 1
        assert row["content"] > 0 and row["style"] > 0
    assert capsys.readouterr().out.strip() == (folder / "table.md").read_text().strip()
    with Image.open(folder / "sheet.png") as image:
        assert image.width == 3 * 256
