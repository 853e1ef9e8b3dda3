from pathlib import Path

import pytest

from data.errors import InkError
from data.formats import inkml
from data.formats.inkml import read_inkml
from data.ink import Ink

HEAD = '<ink xmlns="http://www.w3.org/2003/InkML">'


def read(folder: Path, content: str) -> list[Ink]:
    path = folder / "ink.inkml"
    path.write_text(content, "utf-8")
    return list(read_inkml(path))


def points(ink: Ink) -> list[object]:
    return [stroke.points.tolist() for stroke in ink.strokes]


def test_traces_below_the_root_are_one_ink_and_each_group_another(tmp_path: Path) -> None:
    trace = "<trace>1 2, 3 4</trace>"
    group = f'<traceGroup><annotation type="truth">二</annotation>{trace}</traceGroup>'
    first, second = read(tmp_path, f"{HEAD}{group}{trace}{trace}</ink>")
    assert (first.char, len(first.strokes)) == ("二", 1)
    assert (second.char, len(second.strokes)) == (None, 2)


def test_the_writer_of_the_file_is_the_writer_of_its_groups(tmp_path: Path) -> None:
    writer = '<annotation type="writer">ann</annotation><annotation type="truth">x</annotation>'
    (ink,) = read(tmp_path, f"{HEAD}{writer}<traceGroup><trace>1 2</trace></traceGroup></ink>")
    assert (ink.writer, ink.char) == ("ann", None)


def test_differences_are_summed_as_in_the_example_of_the_recommendation(tmp_path: Path) -> None:
    (ink,) = read(
        tmp_path, f"{HEAD}<trace>1125 18432,'23'43,\"7\"-8,3-5,7 -3,6 2,6 8</trace></ink>"
    )
    # Velocities 23 43, then 30 35, 33 30, 40 27, 46 29, 52 37.
    expected = [[1125, 18432], [1148, 18475], [1178, 18510], [1211, 18540]]
    expected += [[1251, 18567], [1297, 18596], [1349, 18633]]
    assert points(ink) == [expected]


def test_channels_are_found_by_their_names_and_seconds_become_milliseconds(tmp_path: Path) -> None:
    channels = "".join(f'<channel name="{name}"/>' for name in ("Y", "F", "X"))
    layout = f'<traceFormat>{channels}<channel name="T" units="s"/></traceFormat>'
    (ink,) = read(tmp_path, f"{HEAD}{layout}<trace>2 9 1 0.5</trace></ink>")
    assert points(ink) == [[[1, 2]]]
    assert ink.strokes[0].t is not None
    assert ink.strokes[0].t.tolist() == [500]


def test_a_context_applies_only_to_traces_that_refer_to_it(tmp_path: Path) -> None:
    layout = '<traceFormat><channel name="Y"/><channel name="X"/></traceFormat>'
    defined = f'<definitions><context xml:id="c">{layout}</context></definitions>'
    traces = '<trace contextRef="#c">1 2</trace><trace>1 2</trace><trace type="penUp">x</trace>'
    (ink,) = read(tmp_path, f"{HEAD}{defined}{traces}</ink>")
    assert points(ink) == [[[2, 1]], [[1, 2]]]


BILLION_LAUGHS = """<!DOCTYPE ink [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>"""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"{BILLION_LAUGHS}{HEAD}<trace>&b;</trace></ink>", "document type"),
        ('<!DOCTYPE ink SYSTEM "file:///etc/passwd"><ink/>', "document type"),
        (f"{HEAD}<trace>1 2</ink>", "mismatched tag"),
        (f"{HEAD}<trace>1</trace></ink>", "not 2 values"),
        (f"{HEAD}<trace>1 #f</trace></ink>", "not 2 values"),
        (f"{HEAD}<trace></trace></ink>", "not 2 values"),
        (f'{HEAD}<trace contextRef="#c">1 2</trace></ink>', "does not exist"),
        (f"{HEAD}<trace>1 1e999</trace></ink>", "finite"),
        (f"{HEAD}{'<trace>1 2</trace>' * 65}</ink>", "more than 64"),
        (f"{HEAD}{'<a>' * 40}", "nested more than 32 deep"),
        ("<svg/>", "not <ink>"),
        ("", "no element"),
    ],
)
def test_hostile_and_unsupported_content_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(InkError, match=message) as error:
        read(tmp_path, content)
    assert "ink.inkml, line 1" in str(error.value)


@pytest.mark.parametrize("limit", ["MAX_TEXT", "MAX_TOKEN", "MAX_POINTS", "MAX_FORMATS"])
def test_every_limit_is_enforced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(inkml, limit, 30 if limit.startswith("MAX_T") else 1)
    monkeypatch.setattr(inkml, "BLOCK", 64)
    contexts = "".join(f'<context xml:id="c{n}"><traceFormat/></context>' for n in range(2))
    long = f'<trace id="{"x" * 200}">{"1 2, " * 20}1 2</trace>'
    with pytest.raises(InkError, match=r"more than|at most"):
        read(tmp_path, f"{HEAD}{contexts}{long}</ink>")
