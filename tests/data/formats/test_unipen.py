from pathlib import Path

import pytest

from data.errors import InkError
from data.formats import unipen
from data.formats.unipen import read_unipen
from data.ink import Ink


def read(folder: Path, content: str) -> list[Ink]:
    path = folder / "ink.unipen"
    path.write_text(content, "utf-8")
    return list(read_unipen(path))


def component(x: int) -> str:
    return f".PEN_DOWN\n{x} 0\n{x} 1\n.PEN_UP\n"


def starts(inks: list[Ink]) -> list[list[float]]:
    return [[float(stroke.points[0, 0]) for stroke in ink.strokes] for ink in inks]


def test_segments_may_stand_before_their_components(tmp_path: Path) -> None:
    segments = '.SEGMENT CHARACTER 0-1 OK "二"\n.SEGMENT CHARACTER 2 ? "一"\n'
    inks = read(tmp_path, segments + component(0) + component(1) + component(2))
    assert [ink.char for ink in inks] == ["二", "一"]
    assert starts(inks) == [[0, 1], [2]]


def test_segments_may_stand_after_their_components_and_interleave(tmp_path: Path) -> None:
    segments = '.SEGMENT CHARACTER 0,2 ? "a"\n.SEGMENT CHARACTER 1 ? "\\"\\\\"\n'
    inks = read(tmp_path, component(0) + component(1) + component(2) + segments)
    assert [ink.char for ink in inks] == ["a", '"\\']
    assert starts(inks) == [[0, 2], [1]]


def test_a_file_without_segments_is_one_ink(tmp_path: Path) -> None:
    inks = read(tmp_path, ".WRITER_ID ann\n" + component(0) + component(1))
    assert starts(inks) == [[0, 1]]
    assert inks[0].writer == "ann"


def test_coordinates_are_found_by_their_names(tmp_path: Path) -> None:
    content = ".COORD Y P X T\n.PEN_DOWN\n2 9 1 40\n.DT 100\n3 9 1 50\n.PEN_UP\n7 7 7 7\n"
    (ink,) = read(tmp_path, content)
    assert ink.strokes[0].points.tolist() == [[1, 2], [1, 3]]
    assert ink.strokes[0].t is not None
    assert ink.strokes[0].t.tolist() == [40, 50]


def test_a_shift_jis_label_as_in_the_kanji_example_is_decoded(tmp_path: Path) -> None:
    (ink,) = read(tmp_path, ".SEGMENT CHARACTER 0 OK \"JISx8d95_'Kuro'\"\n" + component(0))
    assert ink.char == "黒"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('.SEGMENT CHARACTER 0-1 ? "二"\n' + component(0), "some are missing"),
        (".SEGMENT CHARACTER 0\n.SEGMENT CHARACTER 0\n" + component(0), "in an earlier segment"),
        (".SEGMENT CHARACTER 0:1-2:3\n", "whole components"),
        (".SEGMENT CHARACTER 0-9999999\n", "more than 64"),
        (".SEGMENT CHARACTER 2,1\n", "are not in ascending order"),
        (".SEGMENT CHARACTER -\n", "not a list of components"),
        (".COORD X\n", "X and Y"),
        (".PEN_DOWN\n1 2 3\n", "is not a point"),
        (".PEN_DOWN\n1 x\n", "is not a point"),
        (".PEN_DOWN\n1 nan\n", "finite"),
        (".PEN_DOWN\n.PEN_UP\n", "no points"),
        (".INCLUDE /etc/passwd\n", "INCLUDE"),
        (f".COMMENT {'x' * 70000}\n", "more than"),
    ],
)
def test_a_damaged_statement_is_refused_with_its_line(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(InkError, match=message) as error:
        read(tmp_path, content)
    assert "ink.unipen, line " in str(error.value)


def test_the_points_that_wait_for_a_segment_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unipen, "MAX_WAITING_POINTS", 3)
    with pytest.raises(InkError, match="wait for their segment"):
        read(tmp_path, component(0) + component(1))
    segments = "".join(f".SEGMENT CHARACTER {n}\n" for n in range(2))
    assert len(read(tmp_path, segments + component(0) + component(1))) == 2
