"""Objectives by hand."""

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


def test_objectives_add_scale_and_say_their_name() -> None:
    both = 0.5 * channel("a", 0) - layer("b")
    assert both.value(FEATURES) == 0.5 * 2.5 - 9
    assert both.layers == {"a", "b"}
    assert str(both) == "0.5*a:0 - b"
    assert str(2 * (layer("a") + layer("b"))) == "2*a + 2*b"


def test_a_guide_is_followed_where_it_fits_best() -> None:
    seen = torch.tensor([[1.0, 0.0], [0.0, 3.0]]).view(1, 2, 1, 2)  # (1, 0) and (0, 3)
    found = guide("a", seen).value(FEATURES)
    assert found == (1 + 2 + 3 + 8 * 3) / 4


@pytest.mark.parametrize("index", [-1, 2])
def test_a_channel_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(ConfigError, match="a has channels 0 to 1"):
        channel("a", index).value(FEATURES)
