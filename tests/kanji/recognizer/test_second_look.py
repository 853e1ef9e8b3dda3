"""The second look at what the network doubts."""

from collections.abc import Collection

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references.store import load_references
from kanji.recognizer.recognize import Candidate, Recognition
from kanji.recognizer.second_look import LOOKED_AT, copies, recognize

NONE = 0.1


class Doubtful:
    """Reads everything as 未, or nearly as probably as 末; `sure` is the probability of 未."""

    labels = ("未", "末")

    def __init__(self, sure: float) -> None:
        self.sure, self.read = sure, list[int]()

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        assert top >= LOOKED_AT
        self.read.append(1 + len(again))
        rest = 1 - NONE - self.sure
        return Recognition((Candidate("未", self.sure), Candidate("末", rest)), NONE)


def test_strokes_decide_between_look_alikes_that_the_network_doubts() -> None:
    references = load_references()
    for drawn in ("末", "未"):
        found = recognize(Doubtful(0.5), references[drawn].drawn(), references)
        assert found.best.character == drawn
        assert sum(c.probability for c in found.candidates) == pytest.approx(1 - NONE)


def test_a_sure_reading_is_left_alone() -> None:
    references = load_references()
    reader = Doubtful(0.899)
    found = recognize(reader, references["末"].drawn(), references, top=1)
    assert found.candidates == (Candidate("未", 0.899),)
    assert reader.read == [1]


def test_doubted_ink_is_read_again_with_its_copies() -> None:
    references = load_references()
    reader = Doubtful(0.5)
    recognize(reader, references["末"].drawn(), references)
    assert reader.read == [1, 7]


def test_copies_are_tilted_stretched_and_slanted_both_ways() -> None:
    cross = Ink((Stroke(np.array([[0, 0], [1, 0], [0, 1]], np.float32)),))
    right, down = np.array([one.strokes[0].points[1:] for one in copies(cross)]).swapaxes(0, 1)
    assert np.degrees(np.arctan2(right[:2, 1], right[:2, 0])) == pytest.approx([5, -5])
    assert right[2:4, 0].prod() == pytest.approx(1)
    assert right[2:4, 0] == pytest.approx([1.14, 1 / 1.14])
    assert down[4:, 0] == pytest.approx([0.1, -0.1])


def test_without_references_nothing_changes() -> None:
    drawn = load_references()["末"].drawn()
    assert recognize(Doubtful(0.5), drawn, {}).best.character == "未"


def test_cursive_ink_is_left_to_the_network() -> None:
    references = load_references()
    points = np.concatenate([stroke.points for stroke in references["末"].drawn().strokes])
    found = recognize(Doubtful(0.5), Ink((Stroke(points),)), references)
    assert found.best == Candidate("未", 0.5)
