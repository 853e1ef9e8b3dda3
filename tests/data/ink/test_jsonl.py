import json
from pathlib import Path

import pytest

from data.errors import InkError
from data.ink import Ink, jsonl
from data.ink.jsonl import read_jsonl, read_lines, write_jsonl

LINE = json.dumps({"strokes": [[[1, 2]]]})


def test_written_inks_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    inks = [Ink.from_wire({"strokes": [[[n, 2.5]]], "char": "一"}) for n in range(3)]
    assert write_jsonl(path, inks) == 3
    assert [ink.to_wire() for ink in read_jsonl(path)] == [ink.to_wire() for ink in inks]


@pytest.mark.parametrize("line", ["not json", '{"strokes": []}', "[" * 100_000])
def test_a_bad_line_is_an_error_with_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_text(f"{LINE}\n\n{line}\n")
    with pytest.raises(InkError, match=r"ink\.jsonl, line 3: "):
        list(read_jsonl(path))


def test_a_line_that_is_not_utf_8_is_an_error_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_bytes(LINE.encode() + b"\n" + b" " * 5000 + b"{\x00\xff}\n")
    with pytest.raises(InkError, match=r"line 2: this is not text in UTF-8"):
        list(read_jsonl(path))


def test_a_long_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE", len(LINE))
    path = tmp_path / "ink.jsonl"
    path.write_text(f"{LINE} ")
    with pytest.raises(InkError, match=f"the line has more than {len(LINE)} bytes"):
        list(read_jsonl(path))


def test_each_line_is_read_in_the_range_of_bytes_in_which_it_starts(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_text(f"{LINE}\n" * 3)
    size = len(LINE) + 1
    for begin, end, count in ((0, 1, 1), (1, size, 0), (1, size + 1, 1), (size, None, 2)):
        assert len(list(read_lines(path, begin, end))) == count
