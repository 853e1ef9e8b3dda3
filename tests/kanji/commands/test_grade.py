"""Tests of `hitsujun grade`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from data.corpora.files import write_inks
from data.corpora.writer import write_corpus
from data.ink import Ink
from service.cli import main


def test_grade_prints_one_line_for_each_ink(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ink.jsonl"
    line = json.dumps({"strokes": [[[0, 0], [100, 2]]], "char": "一"})
    path.write_text(f"{line}\n{line}\n")
    assert main(["grade", str(path), "--leniency", "relaxed"]) == 0
    answers = [json.loads(answer) for answer in capsys.readouterr().out.splitlines()]
    assert [answer["character"] for answer in answers] == ["一", "一"]
    assert set(answers[0]) == {
        "character", "verdict", "score", "rating", "read_as", "strokes", "missing", "form", "hint",
        "advice", "beauty", "ms",
    }  # fmt: skip
    assert main(["grade", str(path), "--so-far"]) == 0
    so_far = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (so_far["character"], so_far["is_right"], so_far["next"]) == ("一", True, None)


@pytest.mark.parametrize("suffix", [".inkml", ".unp", ".h5"])
def test_ink_of_every_format_is_graded_and_recognized(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    path = tmp_path / f"ink{suffix}"
    ink = Ink.from_wire({"strokes": [[[0, 0], [100, 2]]], "char": "一"})
    if suffix == ".h5":
        write_corpus(path, [ink], facts={"source": "", "licence": "CC0-1.0", "sha256": "0"})
    else:
        write_inks(path, [ink])
    assert main(["grade", str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["character"] == "一"
    assert main(["recognize", str(path), "--top", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["candidates"][0]["character"] == "一"


def test_a_picture_in_place_of_ink_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    for command in (["grade"], ["recognize"], ["data", "info"]):
        assert main([*command, str(path)]) == 2
        assert "photo.png is a PNG picture" in capsys.readouterr().err


def test_grading_and_practice_need_no_torch(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_text(json.dumps({"strokes": [[[0, 0], [100, 2]]], "char": "一"}))
    code = (
        "import sys; sys.modules['torch'] = None; import kanji.practice.queue;"
        "import kanji.practice.simulation; from service.cli import main;"
        f"sys.exit(main(['grade', {str(path)!r}]) or main(['grade', '--so-far', {str(path)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["character"] for line in done.stdout.splitlines()] == ["一", "一"]


@pytest.mark.parametrize(
    ("wire", "named"),
    [({"strokes": [[[0, 0]]]}, '"char"'), ({"strokes": [[[0, 0]]], "char": "☃"}, "☃")],
)
def test_an_ink_without_char_or_with_an_unknown_one_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wire: object, named: str
) -> None:
    path = tmp_path / "ink.jsonl"
    path.write_text(json.dumps(wire))
    assert main(["grade", str(path)]) == 2
    assert named in capsys.readouterr().err


def test_an_unknown_leniency_is_refused_with_the_nearest_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ink.jsonl").touch()
    assert main(["grade", str(tmp_path / "ink.jsonl"), "--leniency", "relaxd"]) == 2
    assert "give relaxed, normal, calligraphy, or a number; did you mean relaxed?" in (
        capsys.readouterr().err
    )
