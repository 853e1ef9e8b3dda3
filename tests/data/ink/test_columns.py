import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InkError
from data.ink.columns import pack_columns, unpack_columns

COORDINATE = st.integers(-1_000_000, 1_000_000)


@st.composite
def stroke(draw: st.DrawFn) -> dict[str, list[int]]:
    count = draw(st.integers(1, 20))
    names = draw(
        st.sampled_from(
            [("x", "y"), ("x", "y", "t"), ("x", "y", "pressure"), ("x", "y", "t", "pressure")]
        )
    )
    column = st.lists(COORDINATE, min_size=count, max_size=count)
    return {name: draw(column) for name in names}


@given(st.lists(stroke(), max_size=6))
def test_an_ink_is_unpacked_as_it_was_packed(strokes: list[dict[str, list[int]]]) -> None:
    assert unpack_columns(pack_columns(strokes)) == strokes


def test_a_column_of_nulls_is_as_one_that_is_left_out() -> None:
    assert unpack_columns(pack_columns([{"x": [1], "y": [2], "t": None}])) == [{"x": [1], "y": [2]}]


def test_an_ink_of_15_strokes_takes_little_more_than_a_kilobyte() -> None:
    line = [
        {
            "x": [n + 7 * k for k in range(40)],
            "y": [n * k % 90 for k in range(40)],
            "t": [8 * k for k in range(40)],
        }
        for n in range(15)
    ]
    assert len(pack_columns(line)) < 1500


@pytest.mark.parametrize("data", [b"", b"none", pack_columns([{"x": [1], "y": [2]}])[:-6]])
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InkError, match="no packed ink"):
        unpack_columns(data)
