"""Scores by a network with random weights: the tests check numbers, not how good pictures look."""

import numpy as np
from PIL import Image

from style.backbones.backbone import Backbone
from style.comparison.judge import Judge

SIZE = (192, 96)


def stripes(width: int, height: int, *, down: float) -> Image.Image:
    """Stripes across the picture, which fall by `down` pixels a pixel."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    grey = 127.5 + 127.5 * np.sin((y - down * x) / 3)
    return Image.fromarray(np.uint8(grey)).convert("RGB")


def test_a_style_is_not_stretched_before_its_statistics_are_taken(backbone: Backbone) -> None:
    content, style = stripes(*SIZE, down=0), stripes(192, 192, down=1)
    judge = Judge(content, style, network=backbone)
    part, stretched = style.crop((0, 0, *SIZE)), style.resize(SIZE)
    assert judge.scores(content) == (1, 0)
    assert judge.scores(stretched)[1] == 1
    assert judge.scores(part)[0] < 0.1 * judge.scores(stretched)[0]


def test_a_small_style_is_judged_at_the_size_of_the_content(backbone: Backbone) -> None:
    content, small = stripes(*SIZE, down=0), stripes(64, 64, down=1)
    enlarged = small.resize((192, 192), Image.Resampling.LANCZOS)
    judge = Judge(content, small, network=backbone)
    assert judge.scores(enlarged.crop((0, 0, *SIZE)))[0] < 0.1
