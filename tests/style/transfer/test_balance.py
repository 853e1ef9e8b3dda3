"""The content weight is found while painting, so that the content's error is what was asked for."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style import ConfigError, StylizeConfig, stylize
from style.backbones.backbone import Backbone
from style.transfer.balance import (
    EVERY,
    MOST_CHANGE,
    Balance,
    error_of,
    first_weight,
    seen_by_others,
)
from tests.style.transfer.stopping import resumed, stopped

CONFIG = StylizeConfig("alexnet", 256, 12, precision="float32", device="cpu")


def noise(seed: int) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
    return Image.fromarray(values).resize((256, 192), Image.Resampling.BICUBIC)


def test_more_strength_leaves_less_and_begins_with_less_weight() -> None:
    strengths = (0.0, 0.25, 0.5, 1.0)
    errors, weights = (
        [error_of(s) for s in strengths],
        [first_weight(s, "gatys") for s in strengths],
    )
    assert errors == sorted(errors) and weights == sorted(weights, reverse=True)
    assert 0.35 < error_of(StylizeConfig.strength) < 0.5


def test_the_weight_grows_where_too_little_is_left_and_falls_where_too_much_is() -> None:
    for error, direction in ((0.9, 1), (0.1, -1)):
        balance = Balance(0.4, 1.0)
        assert balance.follow(EVERY, 100, error)
        assert balance.error == pytest.approx(error)
        assert np.sign(math.log(balance.weight)) == direction
        assert abs(math.log(balance.weight)) <= MOST_CHANGE + 1e-9


def test_the_weight_stays_between_its_changes_and_at_the_end_of_a_size() -> None:
    balance = Balance(0.4, 1.0)
    assert not balance.follow(EVERY + 1, 100, 0.9) and not balance.follow(75 + EVERY, 100, 0.9)
    assert balance.weight == 1


def test_it_leads_a_photograph_that_answers_slowly_to_the_error_asked_for() -> None:
    balance, error = Balance(0.42, 5.0), 0.8
    for step in range(1, 201):
        error += 0.1 * ((0.5 - 0.13 * math.log(balance.weight)) - error)
        balance.follow(step, 400, error)
    assert error == pytest.approx(0.42, abs=0.03)


@pytest.mark.parametrize(
    ("own", "of_styles", "seen"),
    [(0.49, 2.05, 0.449), (0.27, 1.10, 0.556), (0.86, 3.06, 0.344), (0.41, 1.50, 0.484)],
)
def test_another_network_sees_more_of_the_content_gone(
    own: float, of_styles: float, seen: float
) -> None:
    """Losses of VGG-19, and what VGG-16 saw: four pairs of `tests.bench.methods`, 160 px."""
    assert seen_by_others(own, of_styles) == pytest.approx(seen, rel=0.16)
    assert seen_by_others(own, of_styles) > own / of_styles
    assert seen_by_others(0, of_styles) == 0


@pytest.mark.parametrize(
    "stop", [pytest.param(4, marks=pytest.mark.slow), 6, pytest.param(15, marks=pytest.mark.slow)]
)
def test_a_resumed_painting_has_the_same_balance(
    tmp_path: Path, backbone: Backbone, stop: int
) -> None:
    given, file = (noise(1), [noise(2)], CONFIG), tmp_path / "painting"
    whole = stylize(*given, backbone=backbone)
    stopped(given, backbone, file, stop)
    result = resumed(given, backbone, file)
    assert result.image.tobytes() == whole.image.tobytes()
    assert result.report["balance"] == whole.report["balance"]


def test_less_strength_leaves_more_of_the_content(backbone: Backbone) -> None:
    reports = [
        stylize(noise(1), [noise(2)], StylizeConfig(
            "alexnet", 128, 30, strength=strength, precision="float32", device="cpu"
        ), backbone=backbone).report
        for strength in (0.1, 0.9)
    ]  # fmt: skip
    assert reports[0]["balance"]["error"] < reports[1]["balance"]["error"]
    assert reports[0]["balance"]["weight"] > reports[1]["balance"]["weight"]


def test_a_given_content_weight_stays_and_has_no_strength_beside_it(backbone: Backbone) -> None:
    config = StylizeConfig("alexnet", 128, 6, content_weight=0.3, device="cpu")
    assert "balance" not in stylize(noise(1), [noise(2)], config, backbone=backbone).report
    with pytest.raises(ConfigError, match=r"strength is 0.7 and content_weight 0.3: give one"):
        StylizeConfig(strength=0.7, content_weight=0.3)
