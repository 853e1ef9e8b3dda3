"""Deep dream with random weights: the tests check numbers, not what pictures look like."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.cli import main
from style import (
    ConfigError,
    DreamConfig,
    PictureError,
    UnknownBackbone,
    channel,
    dream,
    iterate_dream,
    layer,
)
from style.backbones.backbone import Backbone
from style.dreams.dream import octave_sizes
from style.dreams.objectives import Objective
from style.runs.checkpoint import CheckpointFile
from style.runs.progress import Progress, run_to_end

FAST = DreamConfig("alexnet", size=128, octaves=2, steps=4, precision="float32", device="cpu")


def noise(seed: int, mode: str = "RGB") -> Image.Image:
    shape = (100, 128, len(mode))
    return Image.fromarray(np.random.default_rng(seed).integers(60, 200, shape, np.uint8))


@pytest.mark.parametrize(
    "objective",
    [layer("relu5"), channel("relu3", 7), -layer("relu2"), layer("relu4") - 0.5 * layer("relu1")],
)
def test_the_objective_rises(backbone: Backbone, objective: Objective) -> None:
    config = replace(FAST, octaves=1, jitter_px=0)
    steps = list(iterate_dream(noise(1), config, objective=objective, backbone=backbone))
    assert steps[-1].losses["total"] > steps[0].losses["total"]


def test_each_of_several_terms_contributes_its_weight_to_a_step(backbone: Backbone) -> None:
    """Otherwise a term whose values are a million times larger would be the only one to count."""
    config = replace(FAST, octaves=1, jitter_px=0, bands=1, steps=1, step_size=0.001)

    def pixels(objective: Objective) -> bytes:
        return dream(noise(1), config, objective=objective, backbone=backbone).image.tobytes()

    both = layer("relu2") + layer("relu5")
    assert pixels(both) == pixels(layer("relu2") + with_larger_values(layer("relu5")))
    assert pixels(both) != pixels(layer("relu2"))


def with_larger_values(objective: Objective) -> Objective:
    (term,) = objective.terms
    return Objective((replace(term, measure=lambda features: 1e6 * term.measure(features)),))


def test_the_same_seed_gives_the_same_pixels(backbone: Backbone) -> None:
    first, second = (dream(noise(1), FAST, backbone=backbone) for _ in range(2))
    assert first.image.tobytes() == second.image.tobytes()
    other = dream(noise(1), replace(FAST, seed=1), backbone=backbone)
    assert other.image.tobytes() != first.image.tobytes()


def test_the_report_has_the_objective_and_the_octaves(backbone: Backbone) -> None:
    report = dream(noise(1), FAST, backbone=backbone).report
    assert json.loads(json.dumps(report)) == report
    assert report["objective"] == "relu5"
    assert report["octaves"][-1] == [128, 100]


def test_progress_comes_after_every_step_of_every_octave(backbone: Backbone) -> None:
    steps = list(iterate_dream(noise(1), FAST, backbone=backbone))
    assert [(p.scale, p.step) for p in steps] == [(o, s) for o in (0, 1) for s in (1, 2, 3, 4)]
    assert steps[-1].done == 1
    assert steps[-1].measure == "objective"


def test_the_alpha_channel_is_kept(backbone: Backbone) -> None:
    image = noise(1, "RGBA")
    result = dream(image, FAST, backbone=backbone).image
    assert result.getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_octaves_grow_to_the_full_size_and_none_is_too_small() -> None:
    assert octave_sizes((100, 200), count=3, scale=2.0, least_px=32) == [(50, 100), (100, 200)]
    assert octave_sizes((20, 20), count=3, scale=2.0, least_px=32) == [(20, 20)]


def test_all_faults_of_a_configuration_are_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"channel is -2.*octaves is 0.*steps is 0"):
        DreamConfig(octaves=0, steps=0, channel=-2)


def test_a_layer_that_does_not_exist_is_refused(backbone: Backbone) -> None:
    with pytest.raises(UnknownBackbone, match="no layer 'relu9'; it has conv1"):
        dream(noise(1), DreamConfig("alexnet", layer="relu9", size=128), backbone=backbone)


def test_the_command_refuses_a_missing_file_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dream", str(tmp_path / "none.png"), "-o", str(tmp_path / "out.png")]) == 2
    error = capsys.readouterr().err
    assert "none.png" in error
    assert error.count("\n") == 1


def test_pictures_too_narrow_for_the_network_are_refused_in_one_line(backbone: Backbone) -> None:
    narrow, wide = Image.new("RGB", (400, 20)), Image.new("RGB", (64, 64))
    config = DreamConfig("alexnet", layer="relu5", size=400, device="cpu")
    with pytest.raises(PictureError, match=r"the picture is 400x20 px.*needs \d+ on the shorter"):
        next(iterate_dream(narrow, config, backbone=backbone))
    with pytest.raises(PictureError, match=r"the guide is 400x20 px.*for relu5: choose a wider"):
        next(iterate_dream(wide, config, backbone=backbone, guide=narrow))


def test_a_channel_that_nothing_wakes_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    backbone: Backbone,
) -> None:
    backbone.network["conv5"].bias[3] = -1e6  # the ReLU behind it lets nothing through
    for index, is_woken in ((3, False), (4, True)):
        result = dream(noise(1), FAST, objective=channel("relu5", index), backbone=backbone)
        assert result.report["woken"] == is_woken
    monkeypatch.setattr(Backbone, "of", lambda _config: backbone)
    noise(1).save(tmp_path / "a.png")
    command = ["dream", str(tmp_path / "a.png"), "-o", str(tmp_path / "o.png"), "--steps=1"]
    options = ["--backbone=alexnet", "--size=64", "--layer=relu5"]
    assert main([*command, *options, "--channel=3"]) == 0
    assert "nothing in the picture wakes relu5:3" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [3, 4, 6])
@pytest.mark.parametrize("objective", ["", "0.3*relu3:7 + relu5"])
def test_a_resumed_dream_is_the_same_bit_for_bit(
    tmp_path: Path, backbone: Backbone, stop: int, objective: str
) -> None:
    """Stopped in the first of two octaves, at its end, and in the second."""
    config, file = replace(FAST, objective=objective), tmp_path / "dream"
    whole = dream(noise(1), config, backbone=backbone)
    run = iterate_dream(noise(1), config, backbone=backbone, checkpoint=CheckpointFile(file))
    for _ in range(stop):
        next(run)
    run.close()
    again = CheckpointFile(file, resume=True)
    run = iterate_dream(noise(1), config, backbone=backbone, checkpoint=again)
    steps: list[Progress] = []
    resumed = run_to_end(run, steps.append)
    assert len(steps) == 8 - stop
    assert resumed.image.tobytes() == whole.image.tobytes()
    assert resumed.report["reached"] == whole.report["reached"]
    finished = iterate_dream(noise(1), config, backbone=backbone, checkpoint=again)
    assert run_to_end(finished, None).image.tobytes() == whole.image.tobytes()


def test_a_checkpoint_is_of_one_dream(tmp_path: Path, backbone: Backbone) -> None:
    file = tmp_path / "dream"
    run = iterate_dream(noise(1), FAST, backbone=backbone, checkpoint=CheckpointFile(file))
    next(run)
    run.close()
    again = CheckpointFile(file, resume=True)
    for picture, config in ((noise(2), FAST), (noise(1), replace(FAST, seed=1))):
        with pytest.raises(ConfigError, match="with other"):
            next(iterate_dream(picture, config, backbone=backbone, checkpoint=again))
