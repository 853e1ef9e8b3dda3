"""When a painting dreams: in the second half of each size, and the content's weight stays then."""

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


def test_a_dream_rests_while_the_weight_of_the_content_is_found(backbone: Backbone) -> None:
    sizes = painted(CONFIG, backbone)
    assert len(sizes) == 2
    for steps in sizes:
        dreamt, weights = zip(*steps, strict=True)
        assert dreamt == (False,) * (STEPS // 2) + (True,) * (STEPS // 2)
        assert len(set(weights[: STEPS // 2])) == 1 + 2  # before, and after each change
        assert len(set(weights[STEPS // 2 :])) == 1


def test_without_a_dream_the_weight_is_followed_longer(backbone: Backbone) -> None:
    (first, *_) = painted(replace(CONFIG, dream="none"), backbone)
    dreamt, weights = zip(*first, strict=True)
    assert not any(dreamt)
    assert weights[STEPS // 2] != weights[-1]


def test_a_dream_that_was_found_is_kept_at_the_next_size(backbone: Backbone) -> None:
    painting = Painting(
        noise(1), [noise(2)], replace(CONFIG, dream="auto", steps=4), backbone=backbone
    )
    found = []
    for number in range(2):
        scale = Scale(painting, number)
        for step in range(1, 5):
            scale.step(step)
        scale.end()
        assert painting.dream
        found.append(str(painting.dream.objective))
    assert found[0] == found[1]
