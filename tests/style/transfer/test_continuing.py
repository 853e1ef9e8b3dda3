"""Where a painting begins that is given a first picture; the weights are random."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from style import StylizeConfig, stylize
from style.backbones.backbone import Backbone

CONFIG = StylizeConfig("alexnet", size=256, steps=12, precision="float32", device="cpu")


def texture(seed: int, width_px: int) -> Image.Image:
    """Noise whose grains have a width; its statistics differ from those of other widths."""
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 256, (192 // width_px, 256 // width_px, 3), np.uint8)
    return Image.fromarray(pixels).resize((256, 192), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def network() -> Backbone:
    torch.manual_seed(1)
    return Backbone("alexnet")


@pytest.mark.slow
def test_a_painting_is_continued_at_its_own_size_and_ends_no_worse(network: Backbone) -> None:
    content, style = texture(1, 32), texture(2, 2)
    first = stylize(content, [style], CONFIG, backbone=network)
    assert first.report["scales"] == [128, 256]
    again = stylize(content, [style], CONFIG, start=first.image, backbone=network)
    assert again.report["scales"] == [256]
    assert again.report["losses"]["total"] <= first.report["losses"]["total"]
    dreaming = replace(CONFIG, dream="auto", steps=2)  # which looks for room at the first size
    report = stylize(content, [style], dreaming, start=first.image, backbone=network).report
    assert report["scales"] == [128, 256]


def test_a_picture_that_is_not_painted_yet_begins_at_the_first_size(network: Backbone) -> None:
    content, style = texture(1, 32), texture(2, 2)
    for start in (content, style):  # the style itself does not show the content
        report = stylize(content, [style], CONFIG, start=start, backbone=network).report
        assert report["scales"] == [128, 256]
