"""Objectives with values known by hand."""

import pytest
import torch

from style import ConfigError, channel, layer, neuron
from style.dreams.objectives import guide

FEATURES = {
    "a": torch.tensor([[[[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 8.0]]]]),
    "b": torch.tensor([[[[3.0]]]]),
}


def test_values_known_by_hand() -> None:
    assert layer("b").value(FEATURES) == 9
    assert channel("a", 0).value(FEATURES) == 2.5
    assert neuron("a", 1, x=0.9, y=0.9).value(FEATURES) == 8
    assert neuron("a", 1, x=1.0, y=0.0).value(FEATURES) == 0


def test_objectives_add_and_scale_and_have_a_written_form() -> None:
    both = 0.5 * channel("a", 0) - layer("b")
    assert both.value(FEATURES) == 0.5 * 2.5 - 9
    assert both.layers == {"a", "b"}
    assert str(both) == "0.5*a:0 - b"
    assert str(2 * (layer("a") + layer("b"))) == "2*a + 2*b"


def test_each_position_is_compared_with_the_best_match_in_the_guide() -> None:
    guide_features = torch.tensor([[1.0, 0.0], [0.0, 3.0]]).view(1, 2, 1, 2)  # (1, 0) and (0, 3)
    assert guide("a", guide_features).value(FEATURES) == (1 + 2 + 3 + 8 * 3) / 4


@pytest.mark.parametrize("index", [-1, 2])
def test_a_channel_that_does_not_exist_is_refused(index: int) -> None:
    with pytest.raises(ConfigError, match=f"a has channels 0 to 1, not {index}"):
        channel("a", index).value(FEATURES)
