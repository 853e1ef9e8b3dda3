"""The loss of a dream within a painting, computed by hand; where it is looked for."""

import math

import pytest
import torch

from style import ConfigError, StylizeConfig, channel, layer
from style.transfer.free_channels import unused_objective, use_of_channels
from style.transfer.inner_dream import InnerDream

BEFORE, AFTER = [0.999, 999.999], [9.999, 99_999.999]


def test_terms_count_by_their_growth_whatever_their_size() -> None:
    wanted = channel("a", 0) + 3 * channel("b", 0)
    dream = InnerDream(wanted, BEFORE)
    assert float(dream.loss(torch.tensor(BEFORE).unbind())) == 0
    found = float(dream.loss(torch.tensor(AFTER).unbind()))
    assert found == pytest.approx(-(0.25 * 1 + 0.75 * 2) * math.log(10), rel=1e-4)


def test_terms_of_equal_weight_have_equal_gradients_whatever_their_values() -> None:
    seen = [torch.tensor(value, requires_grad=True) for value in BEFORE]
    InnerDream(layer("a") + layer("b"), BEFORE).loss(seen).backward()
    pulls = [float((value * value.grad).detach()) for value in seen if value.grad is not None]
    assert pulls[0] == pytest.approx(pulls[1], rel=2e-3)


def test_the_least_used_and_least_active_channel_dreams() -> None:
    use, activation = torch.zeros(20), torch.arange(20.0)  # the first is not awake at all
    use[1] = 1.0
    uses = {"used": (use + 1, activation), "free": (use, activation), "deep": (use, activation)}
    wanted = unused_objective(uses, preferred="elsewhere")
    assert str(wanted) == str(channel("deep", 2))
    assert unused_objective(uses, preferred="free").layers == {"free"}


def test_a_channel_that_is_inactive_in_the_painting_is_not_chosen() -> None:
    image = torch.tensor([0.1, 0.7, 0.9]).view(1, 3, 1, 1).expand(1, 3, 4, 4)

    def see(picture: torch.Tensor, _: set[str]) -> dict[str, torch.Tensor]:
        return {"used": 2 * picture, "free": torch.relu(picture - 0.5)}

    uses = use_of_channels(
        see, image, lambda found: found["used"].sum(), used=["used"], free=["free"], others=[image]
    )
    assert uses["free"][1].tolist() == pytest.approx([0, 0.2, 0.4])
    assert str(unused_objective(uses, preferred="free")) == str(channel("free", 1))


def test_a_term_that_has_no_ratio_is_refused() -> None:
    with pytest.raises(ConfigError, match="minus"):
        StylizeConfig(dream="relu4_1 - relu3_1:5")
    with pytest.raises(ConfigError, match="-1 here"):
        InnerDream(channel("a", 0), [-1.0])
