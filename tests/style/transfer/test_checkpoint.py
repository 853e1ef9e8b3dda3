"""A resumed painting becomes the one that it would have been."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from style import ConfigError, StylizeConfig, iterate, stylize
from style.backbones.backbone import Backbone
from style.runs.checkpoint import CheckpointFile
from style.runs.progress import run_until_interrupted
from tests.style.transfer.stopping import resumed, stopped

CONFIG = StylizeConfig(backbone="alexnet", size=256, steps=5, precision="float32", device="cpu")


def noise(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (192, 256, 3), np.uint8))


@pytest.fixture
def backbone() -> Backbone:
    torch.manual_seed(1)
    return Backbone("alexnet")


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("stop", [3, pytest.param(5, marks=pytest.mark.slow), 6, 8])
@pytest.mark.parametrize(
    "dream", ["none", pytest.param("auto", marks=pytest.mark.slow), "0.3*relu4:3 + relu5"]
)
def test_a_resumed_painting_is_the_same_bit_for_bit(
    tmp_path: Path, backbone: Backbone, optimizer: str, stop: int, dream: str
) -> None:
    """Stopped in the first of two sizes where a dream starts, and at its end; in the second before
    a dream starts and where it does.
    """
    config, file = replace(CONFIG, optimizer=optimizer, dream=dream), tmp_path / "painting"
    given = noise(1), [noise(2)], config
    whole = stylize(*given, backbone=backbone)
    stopped(given, backbone, file, stop)
    assert file.exists()
    result = resumed(given, backbone, file)
    assert result.image.tobytes() == whole.image.tobytes()
    assert result.report["losses"] == whole.report["losses"]
    assert result.report.get("dream") == whole.report.get("dream")
    again = resumed(given, backbone, file)  # as where the picture could not be saved
    assert again.image.tobytes() == whole.image.tobytes()
    assert again.report["losses"] == whole.report["losses"]


def test_ctrl_c_keeps_the_painting(tmp_path: Path, backbone: Backbone) -> None:
    file = tmp_path / "painting.safetensors"

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    result = run_until_interrupted(
        iterate(noise(1), [noise(2)], CONFIG, backbone=backbone, checkpoint=CheckpointFile(file)),
        stop,
    )
    assert result.report["stopped"]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_checkpoint_of_another_painting_is_refused(tmp_path: Path, backbone: Backbone) -> None:
    file = tmp_path / "painting.safetensors"
    run = iterate(noise(1), [noise(2)], CONFIG, backbone=backbone, checkpoint=CheckpointFile(file))
    next(run)
    run.close()
    for content, config, said in (
        (noise(3), CONFIG, "other pictures"),
        (noise(1), replace(CONFIG, seed=2), "other config"),
    ):
        run = iterate(
            content,
            [noise(2)],
            config,
            backbone=backbone,
            checkpoint=CheckpointFile(file, resume=True),
        )
        with pytest.raises(ConfigError, match=said):
            next(run)
        run = iterate(
            content, [noise(2)], config, backbone=backbone, checkpoint=CheckpointFile(file)
        )
        with pytest.raises(ConfigError, match="name another file"):
            next(run)
    run = iterate(
        noise(1),
        [noise(2)],
        CONFIG,
        backbone=backbone,
        checkpoint=CheckpointFile(tmp_path / "none", resume=True),
    )
    with pytest.raises(ConfigError, match="start without --resume"):
        next(run)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("content", [b"", b"nothing", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_checkpoint_is_left_as_it_is(
    tmp_path: Path, backbone: Backbone, content: bytes, resume: bool
) -> None:
    file = tmp_path / "mine"
    file.write_bytes(content)
    checkpoint = CheckpointFile(file, resume=resume)
    run = iterate(noise(1), [noise(2)], CONFIG, backbone=backbone, checkpoint=checkpoint)
    with pytest.raises(ConfigError, match=r"is no checkpoint of a painting.*name another file"):
        next(run)
    assert file.read_bytes() == content
