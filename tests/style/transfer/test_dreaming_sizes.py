"""The content's weight is found in the first half of each size, and stays once a dream starts."""

from dataclasses import replace

import numpy as np
from PIL import Image

from style import StylizeConfig
from style.backbones.backbone import Backbone
from style.transfer.balance import EVERY
from style.transfer.painting import Painting
from style.transfer.scale import Scale

STEPS = 4 * EVERY
CONFIG = StylizeConfig("alexnet", 256, STEPS, precision="float32", device="cpu", dream="relu4:3")


def noise(seed: int) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
    return Image.fromarray(values).resize((256, 192), Image.Resampling.BICUBIC)


def painted(config: StylizeConfig, network: Backbone) -> list[list[tuple[bool, float]]]:
    """For each step of each size: whether it dreamt, and the content's weight after it."""
    painting = Painting(noise(1), [noise(2)], config, backbone=network)
    sizes = []
    for number in range(len(painting.sizes)):
        scale, steps = Scale(painting, number), []
        for step in range(1, STEPS + 1):
            losses = scale.step(step)
            assert painting.balance and painting.balance.error is not None
            steps.append(("dream" in losses, painting.balance.weight))
        scale.end()
        sizes.append(steps)
    return sizes


def test_the_weight_of_the_content_stays_once_a_dream_has_started(backbone: Backbone) -> None:
    sizes = painted(CONFIG, backbone)
    assert len(sizes) == 2
    for number, steps in enumerate(sizes):
        dreamt, weights = zip(*steps, strict=True)
        assert dreamt == (number > 0,) * (STEPS // 2) + (True,) * (STEPS // 2)
        assert len(set(weights[: STEPS // 2])) == 1 + 2  # before, and after each change
        assert len(set(weights[STEPS // 2 :])) == 1


def test_without_a_dream_the_weight_is_followed_longer(backbone: Backbone) -> None:
    (first, *_) = painted(replace(CONFIG, dream="none"), backbone)
    dreamt, weights = zip(*first, strict=True)
    assert not any(dreamt)
    assert weights[STEPS // 2] != weights[-1]
