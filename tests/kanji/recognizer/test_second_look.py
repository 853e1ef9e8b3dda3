"""The second look at ink that the network is not sure about."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.store import Reference, load_references
from kanji.recognizer import second_look
from kanji.recognizer.recognize import Candidate, Recognition, Recognizer, clear_reading
from kanji.recognizer.second_look import COMPARED, careful_reading, distorted, recognize

NONE = 0.1


class FakeReader:
    """Reads every ink as one label with the probability `first`, and as another with the rest.

    `batch_sizes`: how many inks each call of `recognize` was given.
    """

    def __init__(self, first: float, labels: str = "未末") -> None:
        self.first, self.batch_sizes = first, list[int]()
        self.labels = tuple(labels)

    def recognize(
        self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
    ) -> Recognition:
        assert top >= COMPARED
        self.batch_sizes.append(1 + len(again))
        rest = 1 - NONE - self.first
        one, other = self.labels
        return Recognition((Candidate(one, self.first), Candidate(other, rest)), NONE)


def test_strokes_decide_between_look_alikes_if_the_network_is_not_sure() -> None:
    references = load_references()
    for drawn in ("末", "未"):
        answer = recognize(FakeReader(0.5), references[drawn].drawn(), references)
        assert answer.best.character == drawn
        assert sum(c.probability for c in answer.candidates) == pytest.approx(1 - NONE)


def test_a_sure_reading_gets_no_second_look() -> None:
    references = load_references()
    reader = FakeReader(0.899)
    answer = recognize(reader, references["末"].drawn(), references, top=1)
    assert answer.candidates == (Candidate("未", 0.899),)
    assert reader.batch_sizes == [1]


@pytest.mark.parametrize(
    ("target", "ranked", "read"),
    [
        ("刀", {"力": 0.4, "刀": 0.02}, "力"),  # messy, but the other character
        ("刀", {"力": 0.4, "九": 0.3, "刀": 0.02}, "力"),
        ("刀", {"力": 0.4, "刀": 0.2}, None),  # either
        ("力", {"力": 0.4, "刀": 0.02}, "力"),
        ("力", {"力": 0.4, "刀": 0.2}, None),
        ("刀", {"力": 0.2, "刀": 0.01}, None),  # hardly a character
        ("刀", {"力": 0.65, "刀": 0.3}, "力"),
    ],
)
def test_a_reading_is_sure_or_clear_of_its_rival(
    target: str, ranked: dict[str, float], read: str | None
) -> None:
    candidates = [Candidate(one, probability) for one, probability in ranked.items()]
    assert clear_reading(candidates, target) == read


def test_doubtful_ink_is_read_again_with_its_distorted_copies() -> None:
    references = load_references()
    reader = FakeReader(0.5)
    recognize(reader, references["末"].drawn(), references)
    assert reader.batch_sizes == [1, 7]


def test_copies_are_tilted_stretched_and_slanted_in_both_directions() -> None:
    cross = Ink((Stroke(np.array([[0, 0], [1, 0], [0, 1]], np.float32)),))
    right, down = np.array([one.strokes[0].points[1:] for one in distorted(cross)]).swapaxes(0, 1)
    assert np.degrees(np.arctan2(right[:2, 1], right[:2, 0])) == pytest.approx([5, -5])
    assert right[2:4, 0].prod() == pytest.approx(1)
    assert right[2:4, 0] == pytest.approx([1.14, 1 / 1.14])
    assert down[4:, 0] == pytest.approx([0.1, -0.1])


def test_without_references_the_strokes_are_not_compared() -> None:
    drawn = load_references()["末"].drawn()
    assert recognize(FakeReader(0.5), drawn, {}).best.character == "未"


def test_strokes_of_cursive_ink_are_not_compared() -> None:
    references = load_references()
    points = np.concatenate([stroke.points for stroke in references["末"].drawn().strokes])
    answer = recognize(FakeReader(0.5), Ink((Stroke(points),)), references)
    assert answer.best == Candidate("未", 0.5)


def test_ink_with_one_stroke_fewer_is_compared_however_few_it_has() -> None:
    references = load_references()
    joined = np.concatenate([stroke.points for stroke in references["カ"].drawn().strokes])
    reader = FakeReader(0.5, "ハカ")
    answer = recognize(reader, Ink((Stroke(joined),)), references, candidates=("ハ", "カ"))
    assert answer.best.character == "カ"


def test_a_level_line_and_a_slanted_one_in_one_stroke_are_the_kana_fu() -> None:
    level = np.linspace([20, 20], [180, 20], 20)
    slanted = np.linspace([176, 26], [60, 200], 20)
    ink = Ink((Stroke(np.concatenate([level, slanted]).astype(np.float32)),))
    references = load_references()
    answer = recognize(Recognizer.load(), ink, references, candidates=characters("kana"))
    assert answer.best.character == "フ"
    assert careful_reading(Recognizer.load(), ink, "フ", references) == "フ"


def test_what_lies_outside_is_kept_by_a_second_look() -> None:
    references = load_references()
    ink = references["未"].drawn()

    class Outside(FakeReader):
        def recognize(
            self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
        ) -> Recognition:
            answer = super().recognize(ink, *again, top=top, candidates=candidates)
            return replace(answer, outside=0.2)

    assert recognize(Outside(0.4), ink, references).outside == 0.2


def test_strokes_are_not_compared_where_the_target_is_no_candidate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class WithoutTarget(FakeReader):
        def recognize(
            self, ink: Ink, *again: Ink, top: int = 10, candidates: Collection[str] | None = None
        ) -> Recognition:
            answer = super().recognize(ink, *again, top=top, candidates=candidates)
            return replace(answer, candidates=answer.candidates[:1])

    compared = list[str]()

    def misfit(ink: Ink, reference: Reference) -> tuple[float, ...]:
        compared.append(reference.character)
        return (0.0,) * 5

    monkeypatch.setattr(second_look, "misfit", misfit)
    references = load_references()
    ink = references["末"].drawn()
    assert careful_reading(WithoutTarget(0.85), ink, "末", references) == "未"
    assert compared == []
    assert careful_reading(FakeReader(0.85), ink, "末", references) == "未"
    assert compared == ["未", "末"]
