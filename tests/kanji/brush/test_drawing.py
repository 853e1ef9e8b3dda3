import re

import numpy as np
import pytest
import shapely

from kanji.brush.drawing import mask, svg_path

SQUARE = shapely.box(0.25, 0.25, 0.75, 0.75)
RING = SQUARE.difference(shapely.box(0.4, 0.4, 0.6, 0.6))


@pytest.mark.parametrize("size_px", [64, 333])
@pytest.mark.parametrize("area", [SQUARE, RING])
def test_a_mask_has_the_ink_of_the_area(area: shapely.Geometry, size_px: int) -> None:
    picture = mask([area], size_px)
    assert picture.size == (size_px, size_px)
    assert np.asarray(picture).mean() / 255 == pytest.approx(area.area, abs=2.5 / size_px)


def test_edges_are_antialiased() -> None:
    circle = shapely.Point(0.5, 0.5).buffer(0.3)
    levels = np.unique(np.asarray(mask([circle], 100)))
    assert len(levels) > 8 and {0, 255} <= set(levels)


def test_a_hole_of_one_stroke_does_not_erase_another() -> None:
    assert np.asarray(mask([SQUARE, RING], 100))[50, 50] == 255
    assert np.asarray(mask([RING, SQUARE], 100))[50, 50] == 255


def test_a_path_has_a_ring_for_the_outline_and_for_each_hole() -> None:
    path = svg_path(RING, side=100)
    assert path.count("M") == path.count("Z") == 2
    numbers = [float(one) for one in re.findall(r"[\d.]+", path)]
    assert (min(numbers), max(numbers)) == (25.0, 75.0)
