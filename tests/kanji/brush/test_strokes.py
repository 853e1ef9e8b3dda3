from dataclasses import replace

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references.store import load_references
from kanji.brush.strokes import BrushEnding, strokes_of_ink, strokes_of_reference


@pytest.mark.parametrize(
    ("character", "endings"),
    [
        ("三", ["stop", "stop", "stop"]),
        ("水", ["hook", "sweep", "sweep", "foot"]),
        ("永", ["dot", "hook", "sweep", "sweep", "foot"]),
        ("心", ["dot", "hook", "dot", "dot"]),
    ],
)
def test_the_strokes_of_a_character_end_as_their_types_ask_for(
    character: str, endings: list[BrushEnding]
) -> None:
    strokes = strokes_of_reference(load_references()[character])
    assert [stroke.ending for stroke in strokes] == endings


def test_a_long_last_upright_stroke_is_a_needle_and_another_one_stops() -> None:
    references = load_references()
    assert strokes_of_reference(references["十"])[-1].ending == "sweep"
    assert strokes_of_reference(references["上"])[0].ending == "stop"


def line(times: list[float] | None, count: int = 40) -> Stroke:
    """A stroke down, drawn at these times, or at none."""
    points = np.column_stack([np.zeros(count), np.linspace(0, 100, count)]).astype(np.float32)
    return Stroke(points, None if times is None else np.asarray(times, np.float32))


def test_a_drawn_stroke_is_broad_where_the_pen_is_slow() -> None:
    slow_then_fast = np.cumsum(np.where(np.arange(40) < 20, 20.0, 4.0))
    (stroke,) = strokes_of_ink(Ink((line(list(slow_then_fast)),)))
    assert stroke.pressure is not None
    assert stroke.pressure[5] > 1.0 > stroke.pressure[-5]


def test_a_pen_that_leaves_the_paper_in_motion_sweeps_and_one_that_rests_stops() -> None:
    moving = list(np.arange(40) * 8.0)
    resting = [*moving[:-1], moving[-1] + 400]
    assert strokes_of_ink(Ink((line(moving),)))[0].ending == "sweep"
    assert strokes_of_ink(Ink((line(resting),)))[0].ending == "stop"
    assert strokes_of_ink(Ink((line(None),)))[0].ending == "stop"


def test_the_pressure_of_a_pen_counts_more_than_its_speed() -> None:
    ink = Ink((line(list(np.arange(40) * 8.0)),))
    (stroke,) = strokes_of_ink(ink, [np.linspace(0.2, 1.0, 40)])
    assert stroke.pressure is not None and np.all(np.diff(stroke.pressure) >= 0)
    pressed = replace(ink.strokes[0], pressure=np.linspace(0.2, 1.0, 40, dtype=np.float32))
    (same,) = strokes_of_ink(Ink((pressed,)))
    assert same.pressure is not None and np.allclose(same.pressure, stroke.pressure)


def test_a_pressure_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="40 points and 3"):
        strokes_of_ink(Ink((line(None),)), [np.ones(3)])
    with pytest.raises(ValueError, match="1 pressures were given for 2 strokes"):
        strokes_of_ink(Ink((line(None), line(None))), [np.ones(40)])


def test_a_drawing_of_any_scale_is_centred_in_the_unit_box() -> None:
    for scale in (1.0, 1e6):
        points = np.array([[3, 5], [7, 5], [7, 25]], np.float32) * np.float32(scale)
        (stroke,) = strokes_of_ink(Ink((Stroke(points),)))
        low, high = stroke.points.min(axis=0), stroke.points.max(axis=0)
        np.testing.assert_allclose((low + high) / 2, 0.5, atol=1e-6)
        assert (high - low).max() == pytest.approx(0.84)
