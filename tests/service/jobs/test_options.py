from dataclasses import fields

import pytest
from pydantic import ValidationError

from service.jobs.options import LIMITS, OFFERED, StylizeOptions
from style import StylizeConfig, preset


def test_every_offered_option_is_a_setting_of_the_painter() -> None:
    settings = {one.name for one in fields(StylizeConfig)}
    assert set(OFFERED) <= settings and set(LIMITS) <= set(OFFERED)
    assert set(StylizeOptions.model_fields) == {"preset", *OFFERED}


def test_options_are_added_to_a_preset() -> None:
    options = StylizeOptions(preset="sketch", style_scale="0.8", seed="3")
    assert options.without_defaults() == {"preset": "sketch", "style_scale": 0.8, "seed": 3}
    assert options.config() == preset("sketch", style_scale=0.8, seed=3)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", 2049),  # the service's own limit
        ("seed", 2**31),
        ("dream", "x" * 201),
        ("content_weight", -1),  # the painter's limit
        ("style_scale", 0.05),
        ("colors", "pink"),
    ],
)
def test_a_value_beyond_a_limit_is_refused_with_its_field(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as raised:
        StylizeOptions(**{field: value})
    assert [one["loc"] for one in raised.value.errors()] == [(field,)]


def test_a_setting_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ValidationError, match="optimizer"):
        StylizeOptions(optimizer="adam")
