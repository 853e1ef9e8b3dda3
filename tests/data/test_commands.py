import argparse
import json
from pathlib import Path

import pytest

from data.commands import add_commands
from data.errors import DataError


def _run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers())
    args = parser.parse_args(["data", *arguments])
    return int(args.run(args))


def test_a_corpus_is_built_and_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ink, built = tmp_path / "ink.jsonl", tmp_path / "ink.h5"
    ink.write_text('{"strokes": [[[0, 0], [1, 1]]], "char": "一"}\n')
    assert _run("build", "corpus", str(ink), "-o", str(built)) == 0
    assert capsys.readouterr().out == f"{built}\n"
    assert _run("info", str(built)) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["samples"], facts["source"]) == ("corpus", 1, "ink.jsonl")


def test_the_set_zh_is_built_from_graphics_and_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, built = tmp_path / "graphics.txt", tmp_path / "zh.h5"
    source.write_text('{"character": "一", "medians": [[[0, 0], [1, 1]]]}\n')
    arguments = ("--set", "zh", "--from", str(source), "-o", str(built))
    assert _run("build", "references", *arguments) == 0
    assert _run("info", str(built)) == 0
    assert '"characters": 1' in capsys.readouterr().out


def test_a_file_that_is_none_of_ours_is_an_error_of_data(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    path.write_text("x")
    with pytest.raises(DataError):
        _run("info", str(path))
