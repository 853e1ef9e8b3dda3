"""The losses, with numbers known by hand, and their gradients."""

from collections.abc import Callable

import pytest
import torch

from style.config.stylize import STYLE_LOSSES
from style.losses.functional import content_loss, style_loss, variation_loss
from style.losses.statistics import Statistics, statistics
from style.losses.wasserstein import wasserstein_loss

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def of_features(name: str) -> Loss:
    """A style loss as a function of features."""
    return lambda features, target: style_loss(name)(statistics(features), statistics(target))


LOSSES = {name: of_features(name) for name in STYLE_LOSSES} | {"content": content_loss}
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


@every_loss
def test_the_loss_of_a_picture_and_itself_is_zero(loss: Loss) -> None:
    features = torch.rand(1, 4, 5, 6)
    assert loss(features, features).item() == pytest.approx(0, abs=1e-6)


@every_loss
def test_losses_are_relative_to_their_target(loss: Loss) -> None:
    features, target = torch.rand(1, 4, 5, 6), torch.rand(1, 4, 5, 6)
    torch.testing.assert_close(
        loss(features, target), loss(50 * features, 50 * target), rtol=1e-4, atol=1e-6
    )


def test_the_wasserstein_distance_of_axis_aligned_normals_is_known_by_hand() -> None:
    """It is that of the means and that of the standard deviations, squared and added."""
    wide, narrow = torch.tensor([3.0, 4.0]), torch.tensor([1.0, 2.0])
    one_mean, other_mean = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0])
    measured, target = (
        Statistics(torch.diag(std**2) + torch.outer(mean, mean), mean, 9)
        for std, mean in ((wide, one_mean), (narrow, other_mean))
    )
    distance = (1 + 4) + (4 + 4)
    power = (1 + 0) + (4 + 4)
    assert wasserstein_loss(measured, target).item() == pytest.approx(distance / power, rel=1e-3)


def test_the_covariance_loss_compares_means_and_covariances_each_relative() -> None:
    measured, target = (
        Statistics(torch.eye(2) * scale + torch.ones(2, 2) * mean**2, torch.ones(2) * mean, 9)
        for scale, mean in ((1.5, 3.0), (1.0, 2.0))
    )
    expected = (0.5**2 + 0.5**2) / 2
    assert style_loss("covariance")(measured, target).item() == pytest.approx(expected)


def test_the_gradient_is_finite_with_fewer_positions_than_channels() -> None:
    features = torch.rand(1, 16, 2, 3, requires_grad=True)
    of_features("wasserstein")(features, torch.rand(1, 16, 2, 3)).backward()
    assert features.grad is not None
    assert 0 < features.grad.abs().max() < 10


def test_the_content_loss_of_black_features_is_one() -> None:
    features = torch.rand(1, 4, 5, 6)
    assert content_loss(torch.zeros_like(features), features).item() == pytest.approx(1, abs=1e-5)


def test_variation_known_by_hand() -> None:
    image = torch.zeros(1, 3, 2, 2)
    image[..., 1] = 1  # every pixel differs from its neighbour to the side, by 1
    assert variation_loss(image) == 1


@every_loss
def test_losses_have_the_gradient_of_finite_differences(loss: Loss) -> None:
    generator = torch.Generator().manual_seed(1)
    features = torch.rand(1, 2, 3, 3, generator=generator, requires_grad=True)
    target = torch.rand(1, 2, 3, 3, generator=generator)
    loss(features, target).backward()
    assert features.grad is not None
    step = torch.zeros_like(features)
    step[0, 1, 1, 2] = 1e-2
    with torch.no_grad():
        rise = loss(features + step, target) - loss(features - step, target)
    assert features.grad[0, 1, 1, 2].item() == pytest.approx((rise / 2e-2).item(), rel=2e-2)
