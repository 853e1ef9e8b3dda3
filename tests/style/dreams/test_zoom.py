"""The endless zoom with random weights: the tests check numbers, not what pictures look like."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from style.backbones.backbone import Backbone
from style.config.dream import DreamConfig
from style.dreams.dream import dream
from style.dreams.zoom import enlarged, iterate_zoom
from style.runs.progress import run_to_end

FAST = DreamConfig(
    "alexnet", size=64, octaves=1, steps=2, precision="float32", device="cpu", frames=3, seed=7
)


@pytest.fixture
def image() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(60, 200, (64, 64, 3), np.uint8))


def test_enlarging_keeps_the_size_and_the_middle() -> None:
    image = Image.new("RGB", (60, 40), "white")
    image.paste("black", (20, 10, 40, 30))  # a square of 20 px around the middle
    pixels = np.asarray(enlarged(image, 2.0).convert("L"))
    assert pixels.shape == (40, 60)
    assert pixels[1:-1, 12:48].max() == 0 and pixels[:, :8].min() == pixels[:, -8:].min() == 255
    assert enlarged(image, 1.0).tobytes() == image.tobytes()


def test_each_frame_is_dreamt_in_the_one_before(backbone: Backbone, image: Image.Image) -> None:
    frames: list[Image.Image] = []
    result = run_to_end(iterate_zoom(image, FAST, on_frame=frames.append, backbone=backbone), None)
    assert len(frames) == result.report["frames"] == 3
    assert result.report["seed"] == FAST.seed
    assert result.image.tobytes() == frames[-1].tobytes()
    for before, (number, frame) in zip([image, *frames], enumerate(frames), strict=False):
        start = enlarged(before, FAST.zoom) if number else before
        config = replace(FAST, seed=FAST.seed + number)
        assert dream(start, config, backbone=backbone).image.tobytes() == frame.tobytes()


def test_progress_counts_the_steps_of_all_frames(backbone: Backbone, image: Image.Image) -> None:
    run = iterate_zoom(image, FAST, on_frame=lambda frame: None, backbone=backbone)
    done = [progress.done for progress in run]
    assert done == [step / 6 for step in range(1, 7)]
