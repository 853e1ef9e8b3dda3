import argparse
import json
from pathlib import Path

import pytest
from PIL import Image

from data.commands import add_commands
from data.errors import DataError
from data.inspection.sheet import CELL_PX
from data.references.store import references_path


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


def test_the_set_zh_is_built_from_graphics_txt_and_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, built = tmp_path / "graphics.txt", tmp_path / "zh.h5"
    source.write_text('{"character": "一", "medians": [[[0, 0], [1, 1]]]}\n')
    arguments = ("--set", "zh", "--from", str(source), "-o", str(built))
    assert _run("build", "references", *arguments) == 0
    assert _run("info", str(built)) == 0
    assert '"characters": 1' in capsys.readouterr().out


def test_a_file_of_another_program_is_a_data_error(tmp_path: Path) -> None:
    path = tmp_path / "x.h5"
    path.write_text("x")
    with pytest.raises(DataError):
        _run("info", str(path))


def test_ink_is_exported_and_built_from_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ink = tmp_path / "ink.jsonl"
    ink.write_text('{"strokes": [[[0, 0], [1, 1]], [[2, 2]]], "char": "二", "writer": "ann"}\n')
    for suffix in (".inkml", ".unipen", ".upn", ".jsonl"):
        other, built = tmp_path / f"other{suffix}", tmp_path / "built.h5"
        assert _run("export", str(ink), "-o", str(other)) == 0
        assert _run("build", "corpus", str(other), "-o", str(built)) == 0
        assert _run("export", str(built), "-o", str(tmp_path / "again.jsonl")) == 0
        again = json.loads((tmp_path / "again.jsonl").read_text())
        assert again.pop("source") == other.name
        assert again == json.loads(ink.read_text())


def test_info_counts_writers_classes_and_strokes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ink, built = tmp_path / "ink.jsonl", tmp_path / "ink.h5"
    one = '{"strokes": [[[0, 0], [1, 1]]], "char": "一", "writer": "ann"}\n'
    two = '{"strokes": [[[0, 0]], [[1, 1]]], "writer": "bob"}\n'
    ink.write_text(one + one + two)
    _run("build", "corpus", str(ink), "-o", str(built), "--licence", "CC0-1.0", "--split", "test")
    capsys.readouterr()
    for path in (ink, built):
        assert _run("info", str(path)) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["strokes_a_character"] == {"1": 2, "2": 1}
        assert (facts["samples"], facts["strokes"], facts["points"]) == (3, 4, 6)
        assert (facts["classes"], facts["unlabelled"], facts["writers"]) == (1, 1, 2)
    assert facts["licence"] == "CC0-1.0"
    assert facts["inks_a_split"] == {"train": 0, "validation": 0, "test": 3}
    assert _run("info", str(built), "--text") == 0
    assert f"   2 {'█' * 20}{' ' * 20} 1" in capsys.readouterr().out.splitlines()


def test_samples_are_drawn_from_ink_a_corpus_and_references(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ink, built, picture = tmp_path / "ink.jsonl", tmp_path / "ink.h5", tmp_path / "sheet.png"
    ink.write_text('{"strokes": [[[0, 0], [1, 1]]], "char": "一"}\n')
    _run("build", "corpus", str(ink), "-o", str(built))
    references = tmp_path / "zh.h5"
    _graphics(tmp_path, "zh")
    for file in (ink, built, references):
        assert _run("show", str(file), "一", "-o", str(picture)) == 0
        with Image.open(picture) as image:
            assert (image.format, image.width) == ("PNG", CELL_PX)
    with pytest.raises(DataError, match="has no '二'"):
        _run("show", str(built), "二", "-o", str(picture))
    with pytest.raises(ValueError, match=r"its suffix must be \.png"):
        _run("show", str(built), "一", "-o", str(tmp_path / "sheet.txt"))
    assert not list(tmp_path.glob("*.txt.*"))


def test_real_and_synthetic_ink_are_drawn_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ink, picture = tmp_path / "ink.jsonl", tmp_path / "sheet.png"
    ink.write_text('{"strokes": [[[0, 0], [1, 0]]], "char": "一"}\n' * 3)
    assert _run("sheet", str(ink), "-o", str(picture), "--most", "2", "--sloppiness", "3") == 0
    assert capsys.readouterr().out == f"{picture}\n"
    with Image.open(picture) as image:
        assert image.width == 4 * CELL_PX
    with pytest.raises(DataError, match="has no ink of 二"):
        _run("sheet", str(ink), "-o", str(picture), "--characters", "二")


def test_sets_are_compared_in_a_table_as_json_and_in_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    for name in ("ja", "zh"):
        _graphics(tmp_path, name).rename(references_path(name))
    capsys.readouterr()
    picture = tmp_path / "sheet.png"
    assert _run("compare", "ja", "zh", "--json", "-o", str(picture)) == 0
    wire = json.loads(capsys.readouterr().out)
    assert wire["summary"]["absent"] == 2134
    assert wire["summary"]["direction"] == 1
    assert picture.is_file()
    assert _run("compare", "ja", "zh") == 0
    output = capsys.readouterr()
    assert "一\t1\t1\tdirection\t-1" in output.out.splitlines()
    assert "agree 1" in output.err


def _graphics(folder: Path, name: str) -> Path:
    """Builds a set of 一, drawn to the right in ja and to the left in zh, and of 十."""
    source, built = folder / "graphics.txt", folder / f"{name}.h5"
    across = [[0, 0], [900, 0]] if name == "ja" else [[900, 0], [0, 0]]
    lines = [
        {"character": "一", "medians": [across]},
        {"character": "十", "medians": [[[0, 500], [900, 500]], [[500, 0], [500, 900]]]},
    ]
    source.write_text("\n".join(json.dumps(line) for line in lines))
    _run("build", "references", "--set", "zh", "--from", str(source), "-o", str(built))
    return built


def test_the_limits_of_options_are_those_of_what_they_set() -> None:
    from data.commands import files
    from data.inspection import samples
    from data.synthetic import writer

    assert files.MOST_SLOPPINESS == writer.MOST_SLOPPINESS
    assert files.MOST_SAMPLES == samples.MOST


@pytest.mark.filterwarnings("error")
def test_the_sloppiest_writers_are_drawn(tmp_path: Path) -> None:
    from data.commands.files import MOST_SLOPPINESS

    ink, picture = tmp_path / "ink.jsonl", tmp_path / "sheet.png"
    ink.write_text('{"strokes": [[[0, 0], [1, 0]]], "char": "鬱"}\n' * 3)
    arguments = ["sheet", str(ink), "-o", str(picture), "--sloppiness", str(MOST_SLOPPINESS)]
    for seed in range(3):
        assert _run(*arguments, "--seed", str(seed)) == 0
