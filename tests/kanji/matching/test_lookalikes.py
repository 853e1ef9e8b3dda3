"""Which kanji look alike."""

import numpy as np
import pytest

from data.references.reference import Reference, ReferenceStroke
from data.references.store import load_references
from kanji.matching.lookalikes import MAX_DISTANCE, lookalikes, nearest


def test_lookalikes_have_the_same_number_of_strokes_and_are_mutual() -> None:
    kanji = "末未漢漠永一"
    alike = lookalikes(kanji, load_references())
    assert alike["末"] == {"未"} and alike["未"] == {"末"} and alike["漢"] == {"漠"}
    assert "一" not in nearest(kanji, load_references())


def test_the_nearest_one_may_look_like_something_else() -> None:
    """川 is the nearest to 三 here, and looks like none."""
    kanji = "三川大"
    assert nearest(kanji, load_references())["三"][0] in "川大"
    assert lookalikes(kanji, load_references()) == {}


def test_the_distance_is_the_mean_over_the_points_in_sides_of_the_box() -> None:
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)

    def drawn(name: str, shift: float) -> Reference:
        middle = np.array([[0.2, 0.5], [0.8, 0.5]], np.float32) + np.float32([0, shift])
        return Reference(name, (ReferenceStroke(square), ReferenceStroke(middle)))

    far = MAX_DISTANCE * 2  # half of the points are so far away
    references = {"a": drawn("a", 0), "b": drawn("b", far - 0.01), "c": drawn("c", -far - 0.01)}
    other, distance = nearest("abc", references)["a"]
    assert (other, distance) == ("b", pytest.approx(MAX_DISTANCE - 0.005, abs=1e-6))
    assert nearest("abc", references)["c"][0] == "a"
    assert lookalikes("abc", references) == {"a": {"b"}, "b": {"a"}}
