"""Blends as a person writes them."""

import pytest

from style.errors import ConfigError
from style.fast.blend import parse_blend


def test_a_name_alone_has_all_the_weight() -> None:
    assert parse_blend("wave") == {"wave": 1.0}


def test_a_blend_has_the_weights_that_are_given() -> None:
    assert parse_blend("wave=0.7, sumi=0.3") == {"wave": 0.7, "sumi": 0.3}


def test_styles_without_weights_count_alike() -> None:
    assert parse_blend("wave,sumi") == {"wave": 1.0, "sumi": 1.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no style or blend"),
        ("wave,,sumi", "no style or blend"),
        ("wave=1,wave=2", "no style or blend"),
        ("wave=much", "no weight; allowed: 0 or more"),
        ("wave=-1", "no weight"),
        ("wave=inf", "no weight"),
        ("wave=0", "sum to 0"),
    ],
)
def test_a_blend_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_blend(text)
