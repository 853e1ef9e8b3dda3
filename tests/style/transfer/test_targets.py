"""The losses of sums, computed by hand."""

import pytest
import torch

from style import StylizeConfig
from style.backbones.backbone import Backbone
from style.losses.statistics import Statistics
from style.transfer.recipe import Recipe
from style.transfer.region_weights import RegionTarget
from style.transfer.sums import PartialSums
from style.transfer.targets import Targets, losses_and_gradient, losses_from_sums, weighted_total

EYE, ZERO = torch.eye(2), torch.zeros(2)


@pytest.fixture
def targets() -> Targets:
    """Two layers with weights 3:1, one region, the identity as Gram matrix in each."""
    config = StylizeConfig(
        "alexnet",
        style_layers="relu1=3,relu2",
        content_layers="relu3",
        style_weight=2,
        content_weight=0.05,
    )
    wanted = Statistics(EYE, ZERO, 10)
    regions = [RegionTarget(1.0, None, {"relu1": wanted, "relu2": wanted})]
    return Targets(Recipe.of(config, Backbone("alexnet")), regions)


def sums(*, first: float, content: float = 0.0) -> PartialSums:
    """The Gram matrix is `first` times the identity in relu1, and the identity in relu2."""
    statistics = {(0, "relu1"): Statistics(first * EYE, ZERO, 10)}
    statistics[0, "relu2"] = Statistics(EYE, ZERO, 10)
    return PartialSums(statistics, torch.tensor(content), [])


def test_equal_statistics_have_no_loss(targets: Targets) -> None:
    assert float(losses_from_sums(sums(first=1.0), targets)["style"]) == 0


def test_a_layer_counts_by_its_weight(targets: Targets) -> None:
    losses = losses_from_sums(sums(first=2.0), targets)
    assert float(losses["style"]) == pytest.approx(0.75)  # 3/4 of ((2-1)/1)^2


def test_the_total_weighs_the_losses(targets: Targets) -> None:
    losses = losses_from_sums(sums(first=2.0, content=4.0), targets)
    total = float(weighted_total(losses, targets.recipe))
    assert total == pytest.approx(2 * 0.75 + 0.05 * 4)


def test_the_gradient_by_the_sums_is_that_of_the_total(targets: Targets) -> None:
    losses, gradient = losses_and_gradient(sums(first=2.0, content=4.0), targets)
    assert float(losses["content"]) == 4
    assert float(gradient.content) == pytest.approx(0.05)
    # 2 * 3/4 * 2 (g - 1) on the diagonal; the mean squares divide by 4 values and by 1/2
    expected = 2 * 0.75 * 2 * EYE / 4 / 0.5
    torch.testing.assert_close(gradient.statistics[0, "relu1"].gram, expected)
    assert not gradient.statistics[0, "relu2"].gram.any()
