"""The option `--candidates` of `hitsujun recognize`."""

from pathlib import Path

import pytest

from data.characters import characters
from data.errors import InkError
from kanji.commands.candidates import named_candidates
from kanji.errors import KanjiError


def test_candidates_are_lists_or_a_file_of_characters(tmp_path: Path) -> None:
    assert named_candidates("joyo+kana") == set(characters("joyo+kana"))
    path = tmp_path / "deck.txt"
    path.write_text("永 海\n三", "utf-8")
    assert named_candidates(str(path)) == set("永海三")


def test_candidates_are_a_deck_by_its_name_or_its_characters() -> None:
    assert len(named_candidates("grade-1")) == 80
    assert named_candidates("會 嬌") == {"會", "嬌"}


@pytest.mark.parametrize("name", ["jouyo", "grade-9", "frequency-x", ""])
def test_unknown_candidates_are_refused(name: str) -> None:
    with pytest.raises(KanjiError, match=f"no candidates '{name}': give joyo, jinmeiyo, "):
        named_candidates(name)


def test_a_list_with_a_mistake_gets_the_nearest_one_named() -> None:
    with pytest.raises(KanjiError, match=r"; did you mean joyo\?"):
        named_candidates("jouyo")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "deck.bin"
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InkError, match="not text in UTF-8"):
        named_candidates(str(path))
