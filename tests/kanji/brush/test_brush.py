import numpy as np
import pytest
import shapely

from data.references.store import load_references
from kanji.brush.brush import radius_for, written
from kanji.brush.strokes import Array, BrushEnding, BrushStroke, strokes_of_reference


def across(ending: BrushEnding, **options: float) -> shapely.Geometry:
    """A level stroke through the unit box."""
    points = np.array([[0.1, 0.5], [0.9, 0.5]])
    return written([BrushStroke(points, ending)], seed=0, dryness=0, **options)[0]


def height(area: shapely.Geometry, x: float) -> float:
    """How tall an area is at x."""
    cut = area.intersection(shapely.LineString([(x, 0), (x, 1)]))
    return float(cut.length)


def test_a_stop_is_broader_at_its_end_than_in_its_middle() -> None:
    area = across("stop")
    assert height(area, 0.89) > 1.15 * height(area, 0.5)


def test_a_sweep_tapers_to_a_point() -> None:
    area = across("sweep")
    heights = [height(area, x) for x in (0.4, 0.6, 0.8, 0.88)]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] < 0.25 * heights[0]


def test_a_foot_grows_before_it_tapers() -> None:
    area = across("foot")
    assert height(area, 0.7) > 1.5 * height(area, 0.2)
    assert height(area, 0.88) < 0.4 * height(area, 0.7)


def hooked(hook: float) -> Array:
    """A stroke down, with a flick to the upper left of this length."""
    return np.array([[0.5, 0.1], [0.5, 0.85], [0.5 - hook, 0.85 - hook]])


def test_a_short_hook_still_shows() -> None:
    area = written([BrushStroke(hooked(0.03), "hook")], seed=0)[0]
    body = written([BrushStroke(hooked(0.03)[:2], "stop")], seed=0)[0]
    assert body.bounds[0] - area.bounds[0] > 0.5 * radius_for(1)


def test_a_stroke_that_ends_on_another_one_does_not_bulge_through_it() -> None:
    upright = BrushStroke(np.array([[0.5, 0.1], [0.5, 0.8]]), "stop")
    level = BrushStroke(np.array([[0.1, 0.8], [0.9, 0.8]]), "stop")
    alone, joined = (written(one, seed=0)[0] for one in ([upright, upright], [upright, level]))
    assert joined.bounds[3] < alone.bounds[3]


def test_a_dry_brush_leaves_streaks_in_a_sweep() -> None:
    stroke = BrushStroke(np.array([[0.9, 0.1], [0.1, 0.9]]), "sweep")
    wet, dry = (written([stroke], seed=3, dryness=dryness)[0] for dryness in (0.0, 1.0))
    assert dry.area < wet.area
    assert dry.difference(wet.buffer(0.002)).is_empty


@pytest.mark.parametrize("character", ["山", "永", "鬱", "語", "あ"])
def test_every_stroke_is_one_valid_area_around_its_line(character: str) -> None:
    reference = load_references()[character]
    areas = written(strokes_of_reference(reference), seed=5)
    assert len(areas) == len(reference.strokes)
    for area, stroke in zip(areas, reference.strokes, strict=True):
        middle = shapely.LineString(stroke.points).interpolate(0.4, normalized=True)
        assert area.is_valid and area.distance(middle) < 0.005


def test_the_same_seed_writes_the_same_strokes_and_another_one_does_not() -> None:
    strokes = strokes_of_reference(load_references()["永"])
    first, again, other = (written(strokes, seed=seed) for seed in (1, 1, 2))
    assert all(a.equals_exact(b, 0) for a, b in zip(first, again, strict=True))
    assert not all(a.equals(b) for a, b in zip(first, other, strict=True))


def test_the_brush_is_finer_for_more_strokes_and_its_weight_scales_it() -> None:
    radii = [radius_for(strokes) for strokes in (1, 4, 12, 29)]
    assert radii == sorted(radii, reverse=True)
    assert height(across("stop", weight=0.5), 0.5) < 0.7 * height(across("stop"), 0.5)


def test_a_pressure_makes_a_stroke_broader() -> None:
    points = np.column_stack([np.linspace(0.1, 0.9, 9), np.full(9, 0.5)])
    pressed = BrushStroke(points, "stop", np.linspace(0.6, 1.6, 9))
    area = written([pressed], seed=0)[0]
    assert height(area, 0.75) > 1.5 * height(area, 0.3)


def test_a_single_point_is_a_dot() -> None:
    for points in (np.full((1, 2), 0.5), np.full((3, 2), 0.5)):
        area = written([BrushStroke(points, "dot")], seed=0)[0]
        assert 0 < area.area < 0.05
