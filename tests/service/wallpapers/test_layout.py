from itertools import pairwise

import pytest

from service.wallpapers.layout import BUTTONS, CLOCK, MOST_CHARACTERS, MOST_KANA, layout
from service.wallpapers.sizes import SIZES, parse_size

SHAPES = [*SIZES.values(), (320, 320), (4096, 320), (320, 4096), (1000, 2000)]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("kanji", range(1, MOST_CHARACTERS + 1))
@pytest.mark.parametrize("has_seal", [True, False])
def test_nothing_stands_under_the_clock_or_the_buttons(
    size: tuple[int, int], kanji: int, has_seal: bool
) -> None:
    width, height = size
    places = layout(size, kanji, kana=3 if kanji == 1 else 0, has_seal=has_seal)
    boxes = [*places.kanji, *places.kana, *([places.seal] if places.seal else [])]
    assert len(places.kanji) == kanji and bool(places.seal) == has_seal
    for box in boxes:
        assert box.side >= 8
        assert CLOCK * height <= box.top and box.bottom <= (1 - BUTTONS) * height + 1
        assert box.left >= 0 and box.left + box.side <= width
    column = [*places.kanji, *([places.seal] if places.seal else [])]
    assert all(above.bottom <= below.top for above, below in pairwise(column))


def test_the_reading_stands_right_of_the_kanji_and_a_long_one_is_left_out() -> None:
    places = layout((1080, 2400), 1, kana=4)
    (kanji,) = places.kanji
    assert [box.left >= kanji.left + kanji.side for box in places.kana] == [True] * 4
    assert layout((1080, 2400), 1, kana=MOST_KANA + 1).kana == ()


def test_a_size_is_a_name_or_two_numbers() -> None:
    assert parse_size("phone") == (1080, 2400)
    assert parse_size("320x4096") == (320, 4096)


@pytest.mark.parametrize("text", ["", "1080", "x", "1080x", "100x500", "5000x500", "4000x4000"])
def test_a_bad_size_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="size is"):
        parse_size(text)


def test_a_mistyped_size_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean iphone"):
        parse_size("iphon")
