import numpy as np
import pytest

from data.errors import ReferenceMissing
from data.references.kanjivg import KanjiVG, matching_order
from data.references.reference import ReferenceStroke


@pytest.fixture(scope="module")
def kanjivg() -> KanjiVG:
    return KanjiVG()


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
