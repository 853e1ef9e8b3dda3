"""Which characters an ink may be read as."""

import pytest

from data.characters import characters
from kanji.errors import UnknownCandidates
from kanji.recognizer.candidates import (
    candidates_of_kind,
    default_candidates,
    known_candidates,
)

ALL = characters("kanjivg+kana+marks")


def test_candidates_are_known_in_any_encoding_and_small_kana_count_as_large() -> None:
    given = ["神\ufe00", "\u304b\u3099", "\ufa19", "ゃ", "ヶ", "ヵ", "っ"]
    assert known_candidates(given, set(ALL)) == {"神", "が", "や", "ケ", "カ", "つ"}


def test_unknown_candidates_are_an_error_that_names_them() -> None:
    with pytest.raises(UnknownCandidates, match="does not know 2 of the 3 candidates: Ω 한;"):
        known_candidates("口Ω한", set(ALL))
    hanzi = characters("gb2312-1")
    with pytest.raises(UnknownCandidates, match=r"does not know \d+ of .* and \d+ more;"):
        known_candidates(hanzi, set(ALL))
    with pytest.raises(UnknownCandidates, match="no candidates"):
        known_candidates("", set(ALL))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (ALL, "all"),
        (characters("joyo+kana"), "joyo"),
        (characters("kana"), "kana"),
    ],
)
def test_without_candidates_an_ink_is_an_official_kanji(
    labels: tuple[str, ...], expected: str
) -> None:
    assert default_candidates(labels) == set(characters(expected))


def test_a_recognizer_of_other_kanji_reads_those() -> None:
    assert default_candidates(("會", "嬌", "あ")) == {"會", "嬌"}


def test_an_attempt_is_read_as_one_of_its_kind() -> None:
    assert candidates_of_kind("海", ALL) is None
    assert candidates_of_kind("會", ALL) == {"會", *characters("all")}
    assert candidates_of_kind("ロ", ALL) == set(characters("kana"))
    assert candidates_of_kind("ー", ALL) == {"ー", *characters("kana")}
