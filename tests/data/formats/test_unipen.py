from pathlib import Path

import pytest

from data.errors import InkError
from data.formats import unipen
from data.formats.unipen import read_unipen
from data.ink import Ink

CASES = Path(__file__).parents[4] / "shared" / "cases" / "ink"


def read(folder: Path, content: str) -> list[Ink]:
    path = folder / "ink.unipen"
    path.write_text(content, "utf-8")
    return list(read_unipen(path))


def penned(x: int, *, lifted: int | None = None) -> str:
    """A pen-down component, and a pen-up component with points where `lifted` is not None."""
    return component(x) + ("" if lifted is None else f"{lifted} 5\n{lifted} 6\n")


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
        (".SEGMENT CHARACTER 0-9999999\n", "more than 128"),
        (".SEGMENT CHARACTER 2,1\n", "are not in ascending order"),
        (".SEGMENT CHARACTER -\n", "not a list of components"),
        (".COORD X\n", "X and Y"),
        (".PEN_DOWN\n1 2 3\n", "is not a point"),
        (".PEN_DOWN\n1 x\n", "is not a point"),
        (".PEN_DOWN\n1 nan\n", "finite"),
        (component(0) * 65, "65 strokes without a .SEGMENT are a page"),
        ('.SEGMENT WORD 0 ? "one"\n' + component(0), r"WORD 0 is not a character"),
        (".SEGMENT PAGE ? OK\n" + component(0), r"PAGE \? is not a character"),
        (".START_SET a\n.SEGMENT CHARACTER 0-1\n" + component(0) + ".START_SET b\n", "missing"),
        ("some text\n", "not UNIPEN"),
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


def test_pen_ups_with_points_are_components_by_the_definition(tmp_path: Path) -> None:
    segments = '.SEGMENT CHARACTER 0-2 OK "二"\n.SEGMENT CHARACTER 4 OK "一"\n'
    inks = read(tmp_path, segments + "".join(penned(x, lifted=x) for x in range(3)))
    assert starts(inks) == [[0, 1], [2]]


@pytest.mark.parametrize("last", ["2", "2-3"])
def test_a_file_that_numbers_pen_downs_alone_is_recognized(tmp_path: Path, last: str) -> None:
    segments = f".SEGMENT CHARACTER 0-1\n.SEGMENT CHARACTER {last}\n"
    count = 3 if last == "2" else 4
    inks = read(tmp_path, segments + "".join(penned(x, lifted=9) for x in range(count)))
    assert starts(inks) == [[0, 1], list(range(2, count))]


def test_empty_components_are_not_counted(tmp_path: Path) -> None:
    empty = ".PEN_DOWN\n.PEN_UP\n"
    inks = read(tmp_path, ".SEGMENT CHARACTER 0-1\n" + component(0) + empty + component(1))
    assert starts(inks) == [[0, 1]]
    assert read(tmp_path, empty) == []


def test_each_set_counts_its_components_from_0(tmp_path: Path) -> None:
    one = ".START_SET name\n.SEGMENT CHARACTER 0-1\n"
    inks = read(tmp_path, one + component(0) + component(1) + one + component(2) + component(3))
    assert starts(inks) == [[0, 1], [2, 3]]
    bare = ".START_SET name\n"
    assert starts(read(tmp_path, bare + component(0) + bare + component(1))) == [[0], [1]]


def test_tabs_separate_and_statements_go_on_over_lines(tmp_path: Path) -> None:
    segment = '.SEGMENT\tCHAR\n\t0\tOK\t"二"\n'
    (ink,) = read(tmp_path, f"\ufeff.COORD\tX\n\tY\n{segment}.PEN_DOWN 1\t2 3 4\n5\t6\n")
    assert ink.char == "二"
    assert ink.strokes[0].points.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_text_of_other_statements_is_not_taken_for_points(tmp_path: Path) -> None:
    content = ".SETUP one\n1 2\n.PEN_DOWN\n1 2\n.COMMENT two\n words\n3 4\n.AGE\n7 7\n"
    (ink,) = read(tmp_path, content)
    assert ink.strokes[0].points.tolist() == [[1, 2], [3, 4]]


def test_segments_of_other_levels_are_read_where_they_are_characters(tmp_path: Path) -> None:
    higher = '.SEGMENT LINE 0-3 ? "a line"\n.SEGMENT WORD 0-1 ? "三"\n.SEGMENT WORD 2 ? "ab"\n'
    lower = '.SEGMENT STROKE 0 ? "一"\n.SEGMENT CHARACTER 2 ? "a"\n.SEGMENT CHARACTER 3 ? "b"\n'
    inks = read(tmp_path, higher + lower + "".join(component(x) for x in range(4)))
    assert [ink.char for ink in inks] == ["三", "a", "b"]
    assert starts(inks) == [[0, 1], [2], [3]]


def test_a_segment_without_components_has_those_up_to_the_next(tmp_path: Path) -> None:
    segments = [f'.SEGMENT CHARACTER ? OK "{char}"\n' for char in "二一"]
    content = segments[0] + component(0) + component(1) + segments[1] + component(2)
    inks = read(tmp_path, '.SEGMENT WORD ? OK "ab"\n' + content)
    assert [ink.char for ink in inks] == ["二", "一"]
    assert starts(inks) == [[0, 1], [2]]


def test_y_is_scaled_to_the_resolution_of_x(tmp_path: Path) -> None:
    units = ".X_POINTS_PER_INCH 200\n.Y_POINTS_PER_INCH 100\n"
    (ink,) = read(tmp_path, units + ".PEN_DOWN\n3 4\n")
    assert ink.strokes[0].points.tolist() == [[3, 8]]


@pytest.mark.skipif(not CASES.is_dir(), reason="needs the files of ../shared/cases/ink")
@pytest.mark.parametrize(
    ("name", "strokes"),
    [
        ("penup_points_counted", {"十": 2, "二": 2, "一": 1}),
        ("start_set", {"三": 3, "十": 2}),
        ("tabs_two", {"永": 5, "十": 2}),
        ("char_hierarchy", {"永": 5, "十": 2}),
    ],
)
def test_files_that_were_read_wrongly_are_read(name: str, strokes: dict[str, int]) -> None:
    inks = list(read_unipen(CASES / f"unipen_{name}.unipen"))
    assert {ink.char: len(ink.strokes) for ink in inks} == strokes
