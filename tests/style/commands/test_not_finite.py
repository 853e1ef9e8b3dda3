"""A loss that is not finite ends a command with an error; a good picture before it is kept.

The weights are random, and so large that some layers overflow: only the files matter.
"""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from service.cli import main
from style import DreamConfig, NotFinite, StylizeConfig, dream, iterate_dream, stylize
from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.importing import import_weights
from style.config.stylize import OPTIMIZERS

HUGE = 1e37
FAST = {"backbone": "alexnet", "size": 64, "precision": "float32", "device": "cpu"}


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    picture(1).save("a.png")


def picture(seed: int, size: tuple[int, int] = (80, 64)) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(60, 200, (*size[::-1], 3), np.uint8)
    return Image.fromarray(pixels)


def overflowing(layer: str = "conv5") -> Backbone:
    torch.manual_seed(1)
    network = Backbone("alexnet")
    network.network.get_submodule(layer).weight.fill_(HUGE)  # type: ignore[operator, union-attr]
    return network


def import_overflowing(layer: str) -> None:
    save_file(dict(overflowing(layer).network.state_dict()), "w.safetensors")
    import_weights(Path("w.safetensors"), facts_of("alexnet"))


class FailsAfter:
    """A hook that makes the outputs of a layer infinite after some evaluations."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, _module: object, _inputs: object, output: torch.Tensor) -> torch.Tensor:
        self.left -= torch.is_grad_enabled()  # other calls measure
        return output if self.left >= 0 else output * torch.inf


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_error_of_a_painting_names_size_and_step(optimizer: str) -> None:
    config = StylizeConfig(**FAST, steps=3, optimizer=optimizer)
    with pytest.raises(NotFinite, match=r"64 px \(size 1 of 1\), step 1 of 3") as error:
        stylize(picture(1), [picture(2)], config, backbone=overflowing("conv3"))
    assert error.value.picture is None


def test_the_error_of_a_later_size_has_the_picture_of_the_one_before() -> None:
    torch.manual_seed(1)
    network = Backbone("alexnet")
    config = StylizeConfig(**{**FAST, "size": 256}, steps=2)
    network.network["conv4"].register_forward_hook(FailsAfter(2))
    with pytest.raises(NotFinite, match=r"256 px \(size 2 of 2\), step 1 of 2") as error:
        stylize(picture(1, (256, 256)), [picture(2)], config, backbone=network)
    assert error.value.picture is not None
    assert error.value.picture.size == (256, 256)
    assert error.value.picture.tobytes() != picture(1, (256, 256)).tobytes()


def test_the_error_of_a_dream_names_octave_and_step() -> None:
    config = DreamConfig(**FAST, steps=3, octaves=1)
    with pytest.raises(NotFinite, match=r"64 px \(octave 1 of 1\), step 1 of 3") as error:
        dream(picture(1), config, backbone=overflowing())
    assert error.value.picture is None
    torch.manual_seed(1)
    network = Backbone("alexnet")
    network.network["conv5"].register_forward_hook(FailsAfter(2))
    with pytest.raises(NotFinite, match="step 3 of 3") as error:
        list(iterate_dream(picture(1), config, backbone=network))
    assert error.value.picture is not None


@pytest.mark.parametrize("command", [["stylize", "a.png", "a.png"], ["dream", "a.png"]])
def test_a_command_ends_with_2_and_writes_no_untouched_photograph(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    import_overflowing("conv3")
    options = ["--backbone=alexnet", "--size=64", "--steps=3", "-o", "out.png"]
    assert main([*command, *options]) == 2
    error = capsys.readouterr().err.rstrip().splitlines()[-1]
    assert "is not finite at 64 px" in error
    assert not Path("out.png").exists()


def test_a_command_keeps_what_was_good_before_the_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(1)
    network = Backbone("alexnet")
    network.network["conv4"].register_forward_hook(FailsAfter(8))
    monkeypatch.setattr(Backbone, "of", lambda _config: network)
    options = ["--backbone=alexnet", "--size=64", "--steps=8", "--checkpoint=c", "-o", "out.png"]
    assert main(["stylize", "a.png", "a.png", *options, "--report=r.json"]) == 2
    lines = capsys.readouterr().err.rstrip().splitlines()
    assert lines[-2:-1] == ["wrote out.png"], lines
    assert "is not finite" in lines[-1] and lines[-1].endswith("the picture so far is kept")
    report = json.loads(Path("r.json").read_text())
    assert report["stopped"] and "is not finite" in report["error"]
    assert Path("c").exists()


@pytest.mark.slow
def test_a_comparison_names_the_backbone_whose_loss_is_not_finite(
    capsys: pytest.CaptureFixture[str],
) -> None:
    torch.manual_seed(1)
    save_file(dict(Backbone("vgg16").network.state_dict()), "v.safetensors")
    import_weights(Path("v.safetensors"), facts_of("vgg16"))  # which only judges
    import_overflowing("conv3")
    options = ["--backbone=alexnet", "--size=64", "--steps=1"]
    assert main(["compare", "a.png", "a.png", "-o", "same", *options]) == 2
    assert "are the same picture" in capsys.readouterr().err
    picture(2).save("b.png")
    assert main(["compare", "a.png", "b.png", "-o", "all", *options]) == 2
    assert "hitsujun: alexnet: the loss is not finite at 64 px" in capsys.readouterr().err
