import numpy as np
import pytest
from PIL import Image

from service.wallpapers.palettes import PALETTES
from service.wallpapers.patterns import PATTERNS, TILES, drawn_pattern
from service.wallpapers.tilings import tiled

AI = PALETTES["ai"]["light"]
SIZE = (180, 400)


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_has_its_size_and_follows_its_seed(name: str) -> None:
    first, again, other = (drawn_pattern(name, SIZE, AI, seed=seed) for seed in (1, 1, 2))
    assert (first.size, first.mode) == (SIZE, "RGB")
    assert first.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_is_calmer_where_the_clock_stands_than_at_its_foot(name: str) -> None:
    grey = np.asarray(drawn_pattern(name, (360, 800), AI, seed=3).convert("L"), np.float64)
    top, foot = grey[:260], grey[600:]
    assert top.std() <= foot.std() + 1 and top.mean() > foot.mean()


@pytest.mark.parametrize("name", TILES)
def test_tiles_join_without_a_seam(name: str) -> None:
    lines = np.asarray(tiled(TILES[name], (400, 500), 100), np.float64)
    assert lines.max() > 200 and lines.mean() < 110
    for axis in (0, 1):
        steps = np.abs(np.diff(lines, axis=axis)).mean(axis=1 - axis)
        period = TILES[name](400).size[1 - axis] // 4
        seams = steps[period - 1 :: period]
        assert seams.max() <= steps.max() * 1.01
        assert np.median(seams) < steps.max()


def test_a_style_is_equally_strong_everywhere() -> None:
    picture = drawn_pattern("asanoha", (360, 800), AI, seed=3, is_calm=False)
    grey = np.asarray(picture.convert("L"), np.float64)
    assert grey[:260].std() == pytest.approx(grey[520:].std(), rel=0.25)


def test_an_unknown_pattern_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="did you mean shippo"):
        drawn_pattern("shipo", SIZE, AI, seed=0)


def test_a_pattern_of_any_shape_is_drawn() -> None:
    for size in ((320, 320), (700, 320), (320, 1000)):
        for name in PATTERNS:
            picture: Image.Image = drawn_pattern(name, size, AI, seed=0)
            assert picture.size == size
