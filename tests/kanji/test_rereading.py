"""The second look at what the network doubts."""

from collections.abc import Collection

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references import load_references
from kanji.recognition import Candidate, Recognition
from kanji.rereading import LOOKED_AT, recognize

NONE = 0.1


class Doubtful:
    """Reads everything as 未, or nearly as probably as 末; `sure` is the probability of 未."""

    labels = ("未", "末")

    def __init__(self, sure: float) -> None:
        self.sure = sure

    def recognize(
        self, ink: Ink, *, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        assert top >= LOOKED_AT
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
    found = recognize(Doubtful(0.89), references["末"].drawn(), references, top=1)
    assert found.candidates == (Candidate("未", 0.89),)


def test_without_references_nothing_changes() -> None:
    drawn = load_references()["末"].drawn()
    assert recognize(Doubtful(0.5), drawn, {}).best.character == "未"


def test_cursive_ink_is_left_to_the_network() -> None:
    references = load_references()
    points = np.concatenate([stroke.points for stroke in references["末"].drawn().strokes])
    found = recognize(Doubtful(0.5), Ink((Stroke(points),)), references)
    assert found.best == Candidate("未", 0.5)
