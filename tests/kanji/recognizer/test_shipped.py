"""The shipped recognizer and its model card."""

import hashlib

import numpy as np
import pytest

from data.characters import characters
from data.ink import Ink, Stroke
from data.references.store import load_references
from kanji.recognizer.recognize import (
    SHIPPED,
    SURE_PROBABILITY,
    Recognizer,
    _largest,
    sure_reading,
)
from kanji.recognizer.second_look import recognize

CARD = (SHIPPED.parent / "README.md").read_text("utf-8")


def test_the_model_card_states_the_hash_and_size_of_the_file() -> None:
    content = SHIPPED.read_bytes()
    assert hashlib.sha256(content).hexdigest() in CARD
    assert f"{len(content):,} bytes" in CARD


def test_the_labels_are_all_kanji_of_kanjivg_the_kana_and_their_marks() -> None:
    assert Recognizer.load().labels == characters("kanjivg+kana+marks")


@pytest.mark.parametrize("character", "會嬌圖曰々〆")
def test_a_kanji_outside_the_candidates_is_no_sure_answer(character: str) -> None:
    references, recognizer = load_references("ja"), Recognizer.load()
    ink = references[character].drawn()
    answer = recognize(recognizer, ink, references)
    assert answer.best.probability < SURE_PROBABILITY and answer.outside > 0.2
    among_all = recognize(recognizer, ink, references, candidates=characters("kanjivg"))
    assert among_all.best.character == character and among_all.outside == 0


@pytest.mark.parametrize("mark", "ゝゞヽヾー")
def test_a_mark_of_kana_is_read_where_it_is_a_candidate(mark: str) -> None:
    references = load_references("ja")
    candidates = characters("kana+marks")
    answer = recognize(
        Recognizer.load(), references[mark].drawn(), references, candidates=candidates
    )
    assert answer.best.character == mark


def test_kana_are_only_recognized_if_they_are_candidates() -> None:
    strokes = tuple(Stroke(s.points) for s in load_references("ja")["ロ"].strokes)
    recognizer = Recognizer.load()
    assert recognizer.recognize(Ink(strokes), top=1).best.character == "口"
    answer = recognizer.recognize(Ink(strokes), top=1, candidates=characters("kana"))
    assert answer.best.character == "ロ"


def test_a_sure_reading_is_of_the_kind_of_the_target() -> None:
    strokes = tuple(Stroke(s.points) for s in load_references("ja")["ロ"].strokes)
    recognizer, ink = Recognizer.load(), Ink(strokes)
    assert sure_reading(recognizer, ink, "ロ") == "ロ"
    assert sure_reading(recognizer, ink, "口") == "口"
    assert sure_reading(recognizer, ink, "A") is None  # not one of its labels


@pytest.mark.parametrize("character", "一二三未末王玉永海漢漠忘志鬱")
def test_a_reference_drawn_as_ink_is_read_as_its_character(character: str) -> None:
    strokes = [s.points * 640 + 7 for s in load_references("ja")[character].strokes]
    ink = Ink(tuple(Stroke(points.astype(np.float32)) for points in strokes))
    best = Recognizer.load().recognize(ink, top=1).best
    assert best.character == character


def test_a_sparsely_sampled_ink_is_read_alike() -> None:
    strokes = [s.points for s in load_references("ja")["海"].strokes]
    ink = Ink(tuple(Stroke(points) for points in strokes))
    sparse = Ink(tuple(Stroke(np.concatenate([p[::3], p[-1:]])) for p in strokes))
    answers = [Recognizer.load().recognize(drawn, top=1).best for drawn in (ink, sparse)]
    assert [answer.character for answer in answers] == ["海", "海"]
    assert answers[0].probability == pytest.approx(answers[1].probability, abs=0.1)


def test_the_largest_values_come_as_a_stable_sort_has_them() -> None:
    generator = np.random.default_rng(4)
    for count in (1, 3, 10, 50, 60):
        values = np.floor(generator.random(50) * 20)  # with many that are equal
        expected = np.argsort(-values, kind="stable")[:count]
        assert _largest(values, count).tolist() == expected.tolist()
