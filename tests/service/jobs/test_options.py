from dataclasses import fields

import pytest
from pydantic import ValidationError

from service.jobs.options import DREAM_OFFER, STYLIZE_OFFER, DreamOptions, Offer, StylizeOptions
from style import preset
from style.backbones.registry import facts_of


@pytest.mark.parametrize("offer", [STYLIZE_OFFER, DREAM_OFFER])
def test_every_offered_option_is_a_setting_of_the_painter(offer: Offer) -> None:
    settings = {one.name for one in fields(offer.config)}
    assert set(offer.names) <= settings and set(offer.limits) <= set(offer.names)


def test_the_forms_have_the_offered_options() -> None:
    assert set(StylizeOptions.model_fields) == {"preset", "fast", *STYLIZE_OFFER.names}
    assert set(DreamOptions.model_fields) == set(DREAM_OFFER.names)


def test_a_class_is_offered_under_the_name_that_the_command_has() -> None:
    options = DreamOptions(**{"class": "hen", "steps": "3", "backbone": "squeezenet1_0"})
    expected = {"class": "hen", "steps": 3, "backbone": "squeezenet1_0"}
    assert options.without_defaults() == expected
    assert DreamOptions(**options.without_defaults()).config().class_ == "hen"


def test_uploads_are_kept_as_large_as_the_painter_uses_them() -> None:
    options = StylizeOptions(size=500, style_scale=0.6)
    assert options.longest_px() == {"content": 500, "style": 300}
    least = facts_of("vgg19").least_px
    assert StylizeOptions(size=64, style_scale=0.1).longest_px()["style"] == least
    assert DreamOptions(size=300).longest_px() == {"content": 300}


def test_options_are_added_to_a_preset() -> None:
    options = StylizeOptions(preset="sketch", style_scale="0.8", seed="3", enlarge="true")
    expected = {"style_scale": 0.8, "seed": 3, "enlarge": True}
    assert options.without_defaults() == {"preset": "sketch"} | expected
    assert options.config() == preset("sketch", **expected)


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
