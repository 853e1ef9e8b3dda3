import re
import xml.etree.ElementTree as ET

import pytest

from data.references.store import load_references
from kanji.brush.animation import STROKE_MS, animation

SVG = "{http://www.w3.org/2000/svg}"


def svg(character: str, **options: int) -> str:
    return animation(load_references()[character], **options).svg


@pytest.mark.parametrize("character", ["一", "永", "鬱", "あ"])
def test_each_stroke_has_a_guide_a_line_and_a_number(character: str) -> None:
    strokes = len(load_references()[character].strokes)
    tree = ET.fromstring(svg(character))
    guide, ink, number = tree.findall(f"{SVG}g")
    assert len(guide) == len(ink) == len(number) == strokes
    assert [one.text for one in number] == [str(k + 1) for k in range(strokes)]
    for one in number:
        assert 0 < float(one.attrib["x"]) < 109 and 0 < float(one.attrib["y"]) < 113


def test_the_strokes_are_drawn_in_their_order_and_each_in_its_time() -> None:
    style = animation(load_references()["三"], stroke_ms=1000).style
    (total,) = {int(ms) for ms in re.findall(r"animation:(\d+)ms", style)}
    spans = re.findall(r"@keyframes s\d\{0%,([\d.]+)%.*?opacity:1\}([\d.]+)%", style)
    times = [tuple(float(share) * total / 100 for share in span) for span in spans]
    assert [round(end - start, -2) for start, end in times] == [1000] * 3
    assert times == sorted(times) and times[0][1] < times[1][0]


def test_nothing_moves_where_less_motion_is_wanted() -> None:
    style = animation(load_references()["三"]).style
    still, moving = style.split("@media (prefers-reduced-motion:no-preference){")
    assert "animation" not in still and "opacity" not in still and "animation" in moving


def test_a_still_one_has_no_motion() -> None:
    still = animation(load_references()["三"], is_still=True).svg
    assert "animation" not in still and "keyframes" not in still


def test_it_names_its_source_and_licence() -> None:
    assert "KanjiVG" in svg("三") and "CC BY-SA" in svg("三")


@pytest.mark.parametrize("stroke_ms", [STROKE_MS[0] - 1, STROKE_MS[1] + 1])
def test_a_time_outside_the_limits_is_refused(stroke_ms: int) -> None:
    with pytest.raises(ValueError, match="allowed: 100 to 5000"):
        svg("三", stroke_ms=stroke_ms)
