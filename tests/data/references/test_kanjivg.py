import numpy as np
import pytest

from data.errors import ReferenceMissing
from data.references.kanjivg import KanjiVG, matching_order
from data.references.reference import ReferenceStroke


@pytest.mark.slow
def test_the_strokes_of_a_character_have_their_types_order_and_direction(kanjivg: KanjiVG) -> None:
    sun = kanjivg.reference("日")
    assert [stroke.type for stroke in sun.strokes] == ["㇑", "㇕a", "㇐a", "㇐a"]
    left, right, middle, bottom = (stroke.points for stroke in sun.strokes)
    assert left[0, 1] < left[-1, 1]
    assert right[0, 0] < right[-1, 0]
    assert middle[0, 1] < bottom[0, 1]
    assert all(0 <= stroke.points.min() <= stroke.points.max() <= 1 for stroke in sun.strokes)


def test_the_component_tree_names_the_parts_and_their_strokes(kanjivg: KanjiVG) -> None:
    tree = kanjivg.reference("紀").components
    assert tree is not None
    assert [(part.element, part.strokes) for part in tree.parts] == [
        ("糸", (0, 1, 2, 3, 4, 5)),
        ("己", (6, 7, 8)),
    ]


def test_a_variant_file_is_an_accepted_order_with_its_source(kanjivg: KanjiVG) -> None:
    must = kanjivg.reference("必")
    assert (1, 2, 0, 3, 4) in must.orders
    assert any("05fc5-Ten3.svg" in source for source in must.order_sources)


def test_the_dots_of_the_thread_radical_may_go_from_left_to_right(kanjivg: KanjiVG) -> None:
    assert (0, 1, 2, 4, 3, 5, 6, 7, 8) in kanjivg.reference("紀").orders


# The characters with several usual orders in 筆順指導の手びき (1958), each with one of them.
GUIDE = {
    "上": (1, 0, 2),
    "点": (1, 0),
    "店": (0, 1, 2, 4, 3),
    "取": (0, 1, 5, 2, 3, 4),
    "最": (0, 1, 2, 3, 4, 5, 9, 6, 7, 8),
    "職": (0, 1, 5, 2, 3, 4),
    "厳": (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 9, 10, 11),
    "必": (1, 2, 0),
    "発": (0, 1, 3, 2),
    "登": (0, 1, 2, 4, 3),
    "感": (1, 0),
    "盛": (1, 0),
    "馬": (0, 1, 3, 4, 5, 2),
    "無": (0, 1, 2, 7, 3, 4, 5, 6),
    "興": (4, 5, 6, 7, 8, 9, 0, 1, 2, 3),
}


@pytest.mark.parametrize(("character", "beginning"), GUIDE.items())
def test_the_orders_of_the_ministry_s_guide_are_accepted(
    kanjivg: KanjiVG, character: str, beginning: tuple[int, ...]
) -> None:
    reference = kanjivg.reference(character)
    order = (*beginning, *range(len(beginning), len(reference.strokes)))
    assert order in reference.orders
    assert len(reference.order_sources) == len(reference.orders)
    assert all(reference.order_sources)


@pytest.mark.parametrize(
    ("character", "order"),
    [
        ("耳", (0, 1, 5, 2, 3, 4)),
        ("聞", (*range(10), 13, 10, 11, 12)),
        ("駐", (0, 1, 3, 4, 5, 2, *range(6, 15))),
        ("減", (0, 1, 2, 4, 3, *range(5, 12))),
        ("城", (0, 1, 2, 4, 3, *range(5, 9))),
    ],
)
def test_the_order_of_a_component_holds_in_every_compound(
    kanjivg: KanjiVG, character: str, order: tuple[int, ...]
) -> None:
    assert order in kanjivg.reference(character).orders


@pytest.mark.parametrize("character", ["土", "外", "時", "田"])
def test_an_order_of_few_compounds_holds_in_no_other(kanjivg: KanjiVG, character: str) -> None:
    assert kanjivg.reference(character).orders == ()


@pytest.mark.parametrize("character", ["ヒ", "匕"])
def test_the_first_stroke_of_the_spoon_may_begin_at_either_end(
    kanjivg: KanjiVG, character: str
) -> None:
    reference = kanjivg.reference(character)
    (form,) = (form for form in reference.forms if "first stroke" in form.source)
    assert np.array_equal(form.strokes[0].points, reference.strokes[0].points[::-1])
    assert np.array_equal(form.strokes[1].points, reference.strokes[1].points)


@pytest.mark.parametrize("character", ["終", "絶", "緯", "繕"])
def test_a_variant_with_muddled_strokes_is_left_out_and_named(
    kanjivg: KanjiVG, character: str
) -> None:
    assert kanjivg.reference(character).forms == ()
    lines = [line for line in kanjivg.contradictions([character]) if "order" in line]
    assert lines == [
        f"{ord(character):05x}-Kaisho.svg, {character}: its strokes are those of the main form in"
        " another order"
    ]


def test_a_type_that_contradicts_its_stroke_is_left_out_and_named(kanjivg: KanjiVG) -> None:
    strokes = kanjivg.reference("繁").strokes
    assert [n for n, stroke in enumerate(strokes) if not stroke.type] == [5]
    (line, *_) = kanjivg.contradictions("繁")
    assert line == "07e41.svg, 繁: stroke 6 does not run as its type ㇒"


@pytest.mark.parametrize(
    ("character", "like"),
    [
        ("塡", "填"),
        ("剝", "剥"),
        ("頰", "頬"),
        ("𠮟", "叱"),
        ("嗅", None),
        ("箋", None),
        ("喩", None),
    ],
)
def test_forms_of_the_joyo_table_s_appendix_are_accepted(
    kanjivg: KanjiVG, character: str, like: str | None
) -> None:
    (form,) = (f for f in kanjivg.reference(character).forms if f.source.startswith("常用漢字表"))
    counts = {"嗅": 12, "箋": 12, "喩": 12}
    expected = len(kanjivg.reference(like).strokes) if like else counts[character]
    assert len(form.strokes) == expected


def test_a_form_may_come_from_another_character(kanjivg: KanjiVG) -> None:
    tusk = kanjivg.reference("牙")
    (form,) = (form for form in tusk.forms if len(form.strokes) == 5)
    assert len(tusk.strokes) == 4 and "芽" in form.source
    boxes = [np.concatenate([stroke.points for stroke in one.strokes]).T for one in (tusk, form)]
    np.testing.assert_allclose(*([box.min(axis=1) for box in boxes]), atol=1e-6)
    np.testing.assert_allclose(*([box.max(axis=1) for box in boxes]), atol=1e-6)


def test_the_error_names_a_character_without_a_file(kanjivg: KanjiVG) -> None:
    with pytest.raises(ReferenceMissing, match="has no strokes"):
        kanjivg.reference("\ue000")


def _line(x: float, *, down: bool = True) -> ReferenceStroke:
    points = np.array([[x, 0], [x, 1]], np.float32)
    return ReferenceStroke(points if down else points[::-1])


def test_shuffled_strokes_are_matched_to_the_canonical_strokes() -> None:
    canonical = (_line(0.1), _line(0.5), _line(0.9))
    assert matching_order((canonical[2], canonical[0], canonical[1]), canonical) == (2, 0, 1)


def test_a_reversed_or_moved_stroke_gives_no_order() -> None:
    canonical = (_line(0.1), _line(0.9))
    assert matching_order((_line(0.9), _line(0.1, down=False)), canonical) is None
    assert matching_order((_line(0.9), _line(0.3)), canonical) is None
