"""The built Japanese references, as people know the characters."""

import pytest

from data.characters import characters, info
from data.references import load_references


@pytest.mark.parametrize(("character", "strokes"), [("一", 1), ("必", 5), ("海", 9), ("鬱", 29)])
def test_characters_have_their_stroke_counts(character: str, strokes: int) -> None:
    assert len(load_references("ja")[character].strokes) == strokes


def test_strokes_lie_in_the_unit_box_and_run_the_right_way() -> None:
    (bar,) = load_references("ja")["一"].strokes
    assert bar.points.min() >= 0
    assert bar.points.max() <= 1
    assert bar.points[0, 0] < bar.points[-1, 0]


def test_the_thread_radical_may_be_written_left_to_right() -> None:
    assert (0, 1, 2, 4, 3, 5, 6, 7, 8, 9) in load_references("ja")["紙"].orders


def test_every_official_character_has_strokes() -> None:
    known = load_references("ja")
    assert len(characters("joyo")) == 2136
    assert all(character in known for character in characters("all"))


def test_what_is_known_of_water() -> None:
    water = info("水")
    assert (water.grade, water.jlpt, water.on, water.meanings[0]) == (1, 5, ("スイ",), "water")
