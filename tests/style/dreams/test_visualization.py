"""Dreams from noise with random weights: the tests check numbers, not what pictures look like."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from service.cli import main
from style import (
    ConfigError,
    NotFinite,
    Objective,
    VisualizationConfig,
    channel,
    iterate_visualization,
    layer,
    neuron,
    visualize,
)
from style.backbones.backbone import Backbone
from style.dreams.diversity import similarity
from style.dreams.visualization import GAP_PX
from style.pictures.tensors import to_tensor

FAST = VisualizationConfig("alexnet", size=64, steps=12, precision="float32", device="cpu")


@pytest.mark.parametrize(
    "objective",
    [
        layer("relu5"),
        channel("relu3", 7),
        neuron("relu2", 3, x=0.2, y=0.9),
        layer("relu4") - 0.5 * layer("relu1"),
    ],
)
def test_the_objective_rises(backbone: Backbone, objective: Objective) -> None:
    """Judged on the pictures themselves, not on the shaken ones that each step sees."""

    def value(picture: Image.Image) -> float:
        return float(objective.value(backbone(to_tensor(picture), objective.layers)))

    steps = list(iterate_visualization(FAST, objective=objective, backbone=backbone))
    first = visualize(replace(FAST, steps=1), objective=objective, backbone=backbone).image
    assert value(steps[-1].picture()) > value(first)


def test_the_same_seed_gives_the_same_pixels(backbone: Backbone) -> None:
    first, second, other = (
        visualize(replace(FAST, seed=seed), backbone=backbone).image for seed in (3, 3, 4)
    )
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != other.tobytes()


def test_the_report_has_the_objective_and_can_be_written(backbone: Backbone) -> None:
    report = visualize(replace(FAST, layer="relu2", channel=5), backbone=backbone).report
    assert json.loads(json.dumps(report)) == report
    assert report["objective"] == "relu2:5"
    assert report["woken"]


def test_a_channel_without_gradient_is_woken(backbone: Backbone) -> None:
    """Its ReLU lets nothing of the noise through, but pictures exist that excite it."""
    with torch.no_grad():
        noise = backbone(torch.full((1, 3, 64, 64), 0.5), {"conv5"})["conv5"][0, 9]
        backbone.network["conv5"].bias[9] -= noise.max() + 1e-4
    result = visualize(replace(FAST, steps=40), objective=channel("relu5", 9), backbone=backbone)
    assert result.report["woken"]
    assert result.report["reached"] > 0


def test_a_channel_that_nothing_wakes_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    backbone: Backbone,
) -> None:
    backbone.network["conv5"].bias[3] = -1e6
    monkeypatch.setattr(Backbone, "of", lambda _config: backbone)
    options = ["--backbone=alexnet", "--size=64", "--steps=4", "--layer=relu5"]
    for index, says_so in ((3, True), (4, False)):
        assert main(["dream", "-o", str(tmp_path / "o.png"), *options, f"--channel={index}"]) == 0
        assert (f"wakes relu5:{index}" in capsys.readouterr().err) == says_so


def test_variants_stand_in_a_row_and_are_unlike_each_other(
    monkeypatch: pytest.MonkeyPatch, backbone: Backbone
) -> None:
    def alike() -> float:
        row = visualize(
            replace(FAST, variants=2, steps=20), objective=channel("relu2", 4), backbone=backbone
        ).image
        assert row.size == (2 * 64 + GAP_PX, 64)
        two = [row.crop((x, 0, x + 64, 64)) for x in (0, 64 + GAP_PX)]
        features = backbone(torch.cat([to_tensor(one) for one in two]), {"relu2"})["relu2"]
        return float(similarity(features))

    drawn_apart = alike()
    monkeypatch.setattr("style.dreams.visualization.UNLIKENESS", 0.0)
    assert drawn_apart < alike()


def test_the_similarity_of_features_known_by_hand() -> None:
    one, other = torch.tensor([[1.0, 0.0], [0.0, 0.0]]), torch.tensor([[0.0, 0.0], [0.0, 2.0]])
    assert similarity(torch.stack([one, 3 * one])) == 1
    assert similarity(torch.stack([one, other])) == 0
    assert similarity(torch.stack([one, one, other])) == pytest.approx(1 / 3)


def test_weights_that_are_not_finite_end_the_dream_with_an_error(backbone: Backbone) -> None:
    backbone.network["conv1"].weight[:] = torch.nan
    with pytest.raises(NotFinite, match="not finite in step 1: give --precision float32"):
        visualize(FAST, backbone=backbone)


def test_all_faults_of_a_configuration_are_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"variants is 0.*class replaces layer"):
        VisualizationConfig(variants=0, class_="tench", layer="relu1_1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--octaves=2", "--zoom=1.1"], "octaves, zoom can only be given with a picture"),
        (["--guide", "picture.png"], "guide can only be given with a picture to dream in"),
        (["--layer=relu9"], "no layer 'relu9'"),
        (["picture.png", "--variants=2"], "variants are drawn from noise: leave out IMAGE"),
    ],
)
def test_what_needs_a_picture_is_refused_without_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    import_random_weights: Callable[[str], None],
    arguments: list[str],
    message: str,
) -> None:
    import_random_weights("alexnet")
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (80, 80)).save("picture.png")
    assert main(["dream", *arguments, "-o", "out.png", "--backbone", "alexnet"]) == 2
    assert message in capsys.readouterr().err
    assert not Path("out.png").exists()
