"""Tests of the options of `hitsujun recognize`."""

from pathlib import Path

import pytest

from kanji.commands.recognize import _candidates
from kanji.errors import KanjiError


def test_candidates_are_lists_or_a_file_of_characters(tmp_path: Path) -> None:
    assert "あ" in _candidates("joyo+kana") and "永" in _candidates("joyo+kana")
    path = tmp_path / "deck.txt"
    path.write_text("永 海\n三", "utf-8")
    assert _candidates(str(path)) == set("永海三")


def test_unknown_candidates_are_refused_with_the_nearest_list() -> None:
    with pytest.raises(KanjiError, match=r"no candidates 'jouyo': .*; did you mean joyo\?"):
        _candidates("jouyo")
