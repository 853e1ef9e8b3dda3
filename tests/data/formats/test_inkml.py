from pathlib import Path

import pytest

from data.errors import InkError
from data.formats import inkml, inkml_contexts
from data.formats.inkml import read_inkml
from data.ink import Ink

CASES = Path(__file__).parents[4] / "shared" / "cases" / "ink"
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
        (f"{HEAD}<traceGroup>{'<trace>1 2</trace>' * 65}</traceGroup></ink>", "but a page"),
        (f'{HEAD}<trace continuation="end" priorRef="#a">1 2</trace></ink>', "'a', which does not"),
        (f'{HEAD}<traceGroup><traceView traceDataRef="a"/></traceGroup></ink>', "does not exist"),
        (f'{HEAD}<traceGroup contextRef="#c"></traceGroup></ink>', "traceGroup refers to"),
        (f'{HEAD}<context traceFormatRef="#c"/></ink>', "context refers to"),
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


@pytest.mark.parametrize(
    "limit", ["MAX_TEXT", "MAX_TOKEN", "MAX_POINTS", "MAX_FORMATS", "MAX_KEPT_POINTS"]
)
def test_every_limit_is_enforced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    module = inkml_contexts if limit == "MAX_FORMATS" else inkml
    monkeypatch.setattr(module, limit, 30 if limit.startswith("MAX_T") else 1)
    monkeypatch.setattr(inkml, "BLOCK", 64)
    contexts = "".join(f'<context xml:id="c{n}"><traceFormat/></context>' for n in range(2))
    long = f'<trace id="{"x" * 200}">{"1 2, " * 20}1 2</trace>'
    with pytest.raises(InkError, match=r"more than|at most"):
        read(tmp_path, f"{HEAD}{contexts}{long}</ink>")


def test_a_continuation_adds_to_its_prior_trace(tmp_path: Path) -> None:
    first = '<trace xml:id="a" continuation="begin">1 2</trace><trace>5 5</trace>'
    middle = '<trace id="b" continuation="middle" priorRef="#a">3 4</trace>'
    pen_up = '<trace id="u" type="penUp">9 9</trace>'
    last = '<trace continuation="end" priorRef="#b">6 7</trace>'
    lifted = '<trace continuation="end" priorRef="#u">8 8</trace>'
    (ink,) = read(tmp_path, f"{HEAD}{first}{middle}{pen_up}{last}{lifted}</ink>")
    assert points(ink) == [[[1, 2], [3, 4], [6, 7]], [[5, 5]]]


def channels(*names: str, attributes: str = "") -> str:
    return "".join(f'<channel name="{name}" {attributes}/>' for name in names)


def test_a_channel_of_orientation_minus_is_reversed(tmp_path: Path) -> None:
    layout = channels("X") + channels("Y", attributes='orientation="-ve"')
    trace = "<trace>1 2, 3 5</trace>"
    (ink,) = read(tmp_path, f"{HEAD}<traceFormat>{layout}</traceFormat>{trace}</ink>")
    assert points(ink) == [[[1, -2], [3, -5]]]


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("mm", "cm", [2, 30]),
        ("cm", "cm", [20, 30]),
        ("dev", "mm", [2, 3]),
        ("in", "m", [50.8, 3e3]),
    ],
)
def test_lengths_become_millimetres_where_both_are_known(
    tmp_path: Path, x: str, y: str, expected: list[float]
) -> None:
    layout = channels("X", attributes=f'units="{x}"') + channels("Y", attributes=f'units="{y}"')
    trace = "<trace>2 3</trace>"
    (ink,) = read(tmp_path, f"{HEAD}<traceFormat>{layout}</traceFormat>{trace}</ink>")
    assert ink.strokes[0].points.tolist() == [pytest.approx(expected)]


YX = f"<traceFormat>{channels('Y', 'X')}</traceFormat>"
XY = f"<traceFormat>{channels('X', 'Y')}</traceFormat>"


@pytest.mark.parametrize(
    "definitions",
    [
        f'<traceFormat xml:id="f">{channels("Y", "X")}</traceFormat>'
        '<context xml:id="c" traceFormatRef="#f"/>',
        f'<inkSource xml:id="s">{YX}</inkSource><context xml:id="c" inkSourceRef="#s"/>',
        f'<context xml:id="b">{YX}</context><context xml:id="c" contextRef="#b"/>',
        f'<context xml:id="c"><inkSource>{YX}</inkSource></context>',
        f'<context xml:id="c">{YX}<inkSource>{XY}</inkSource></context>',
        f'<context xml:id="c"><inkSource>{XY}</inkSource>{YX}</context>',
    ],
)
def test_a_format_is_found_by_reference(tmp_path: Path, definitions: str) -> None:
    defined = f"{HEAD}<definitions>{definitions}</definitions>"
    trace = "<trace>1 2</trace>"
    inner = f"<traceGroup>{trace}</traceGroup>"
    default = '<trace contextRef="#DefaultContext">1 2</trace>'
    group = f'<traceGroup contextRef="#c">{inner}{trace}{default}</traceGroup>'
    nested, outer, root = read(tmp_path, f"{defined}{group}{trace}</ink>")
    assert [points(nested), points(outer)] == [[[[2, 1]]], [[[2, 1]], [[1, 2]]]]
    assert points(root) == [[[1, 2]]]
    current = f'{defined}<context contextRef="#c"/>{trace}</ink>'
    assert points(read(tmp_path, current)[0]) == [[[2, 1]]]


def test_groups_that_view_the_traces_of_a_page_are_inks(tmp_path: Path) -> None:
    traces = "".join(f'<trace id="{n}">{n} 0</trace>' for n in range(70))
    views = "".join(
        f'<traceGroup><annotation type="truth">{n}</annotation><traceView traceDataRef="{n}"/>'
        f'<traceView traceDataRef="#{n + 1}"/></traceGroup>'
        for n in range(0, 68, 2)
    )
    *inks, rest = read(tmp_path, f"{HEAD}{traces}<traceGroup>{views}</traceGroup></ink>")
    assert [ink.char for ink in inks] == [str(n) for n in range(0, 68, 2)]
    assert points(inks[1]) == [[[2, 0]], [[3, 0]]]
    assert points(rest) == [[[68, 0]], [[69, 0]]]


@pytest.mark.skipif(not CASES.is_dir(), reason="needs the files of ../shared/cases/ink")
@pytest.mark.parametrize("name", ["continuation", "y_up"])
def test_files_that_were_read_wrongly_are_read(name: str) -> None:
    (ink,) = read_inkml(CASES / f"inkml_{name}.inkml")
    assert (ink.char, len(ink.strokes)) == ("永", 5)
    tops = [float(stroke.points[0, 1]) for stroke in ink.strokes]
    assert tops[0] == min(tops)
