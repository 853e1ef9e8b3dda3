from dataclasses import replace
from typing import Any

import pytest

from service.jobs.cost import accepted_instead, cost_of, duration_text, estimate
from style import DreamConfig, StylizeConfig
from style.backbones.registry import facts_of

LEAST_PX = facts_of("vgg19").least_px


def test_a_painting_costs_its_steps_at_each_size_of_the_pyramid() -> None:
    config = StylizeConfig(size=512, steps=10)
    assert cost_of(config, 512, 256) == pytest.approx(10 * (512 * 256 + 256 * 128 + 128 * 64) / 1e6)


def test_the_sizes_are_those_that_the_painter_uses() -> None:
    from style.transfer.pyramid import pyramid

    for longest in (64, 128, 300, 511, 512, 2048):
        sides = pyramid(longest, least=max(128, LEAST_PX))
        expected = sum(side**2 for side in sides) / 1e6
        config = StylizeConfig(size=longest, steps=1)
        assert cost_of(config, longest, longest) == pytest.approx(expected, rel=0.02)


def test_the_octaves_are_those_that_the_painter_uses() -> None:
    from style.dreams.dream import octave_sizes

    config = DreamConfig(size=400, steps=3, octaves=6, octave_scale=1.5)
    sizes = octave_sizes(
        (300, 400), count=6, scale=1.5, least_px=facts_of(config.backbone).least_px
    )
    expected = 3 * sum(height * width for height, width in sizes) / 1e6
    assert cost_of(config, 400, 300) == pytest.approx(expected, rel=0.02)


def test_a_small_picture_costs_no_more_for_a_larger_size() -> None:
    small, large = (cost_of(StylizeConfig(size=size), 128, 128) for size in (128, 2048))
    assert small == large
    enlarged = cost_of(StylizeConfig(size=2048, enlarge=True), 128, 64)
    assert enlarged == cost_of(StylizeConfig(size=2048), 2048, 1024)
    assert cost_of(StylizeConfig(size=256), 4000, 2000) == cost_of(
        StylizeConfig(size=256), 256, 128
    )


def test_seconds_are_those_that_were_measured_here() -> None:
    config = StylizeConfig(size=512)
    expected = estimate(config, 512, 512, seconds_per_cost=0.5)
    assert expected.seconds == 0.5 * expected.cost
    assert estimate(config, 512, 512, seconds_per_cost=None).seconds > expected.seconds


@pytest.mark.parametrize("config", [StylizeConfig(size=2048, steps=2000), DreamConfig(size=2048)])
def test_what_is_suggested_instead_is_the_most_that_is_accepted(config: Any) -> None:
    most = cost_of(config, 2048, 1024) / 3.5
    text = accepted_instead(config, 2048, 1024, most_cost=most)
    for way in text.split(" or "):
        name, value = way.split("=")
        accepted, refused = (
            replace(config, **{name: int(value) + more})
            for more in (0, 1 if name == "steps" else 16)
        )
        assert cost_of(accepted, 2048, 1024) <= most < cost_of(refused, 2048, 1024)
    assert text.count("=") == 2


def test_nothing_is_suggested_that_is_not_accepted() -> None:
    text = accepted_instead(StylizeConfig(size=512, steps=1), 512, 512, most_cost=1e-9)
    assert text == "a smaller size with fewer steps"


@pytest.mark.parametrize(
    ("seconds", "text"), [(39.2, "40 s"), (700, "12 min"), (7200, "2.0 h"), (133_200, "37.0 h")]
)
def test_a_duration_is_said_as_people_do(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
