"""The losses by hand."""

from collections.abc import Callable

import pytest
import torch

from style.config.stylize import STYLE_LOSSES
from style.losses.functional import content_loss, style_loss, variation_loss
from style.losses.statistics import Statistics, pooled, statistics
from style.losses.wasserstein import wasserstein_loss

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def apart_by(name: str) -> Loss:
    return lambda features, target: style_loss(name)(statistics(features), statistics(target))


LOSSES = {name: apart_by(name) for name in STYLE_LOSSES} | {"content": content_loss}
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


def test_a_gram_matrix_known_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])  # two channels at two positions
    expected = torch.tensor([[1 + 4, 3 + 8], [3 + 8, 9 + 16]]) / 2
    torch.testing.assert_close(statistics(features).gram, expected)


def test_where_things_are_does_not_matter_to_style() -> None:
    features = torch.rand(1, 4, 5, 6, generator=torch.Generator().manual_seed(1))
    moved = features.flip(-1).roll(2, dims=-2)
    torch.testing.assert_close(statistics(features).gram, statistics(moved).gram)


@every_loss
def test_a_picture_has_no_distance_from_itself(loss: Loss) -> None:
    features = torch.rand(1, 4, 5, 6)
    assert loss(features, features).item() == pytest.approx(0, abs=1e-6)


@every_loss
def test_losses_are_relative(loss: Loss) -> None:
    features, target = torch.rand(1, 4, 5, 6), torch.rand(1, 4, 5, 6)
    torch.testing.assert_close(
        loss(features, target), loss(50 * features, 50 * target), rtol=1e-4, atol=1e-6
    )


def test_clouds_that_stretch_along_their_axes_are_as_far_apart_as_known() -> None:
    """Of normal distributions that share their axes: means apart, and standard deviations apart."""
    wide, narrow = torch.tensor([3.0, 4.0]), torch.tensor([1.0, 2.0])
    here, there = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 2.0])
    found, wanted = (
        Statistics(torch.diag(std**2) + torch.outer(mean, mean), mean, 9)
        for std, mean in ((wide, here), (narrow, there))
    )
    apart = (1 + 4) + (4 + 4)
    power = (1 + 0) + (4 + 4)
    assert wasserstein_loss(found, wanted).item() == pytest.approx(apart / power, rel=1e-3)


def test_moments_apart_are_each_over_their_own() -> None:
    found, wanted = (
        Statistics(torch.eye(2) * scale + torch.ones(2, 2) * mean**2, torch.ones(2) * mean, 9)
        for scale, mean in ((1.5, 3.0), (1.0, 2.0))
    )
    expected = (0.5**2 + 0.5**2) / 2
    assert style_loss("covariance")(found, wanted).item() == pytest.approx(expected)


def test_fewer_positions_than_channels_have_a_slope() -> None:
    features = torch.rand(1, 16, 2, 3, requires_grad=True)
    apart_by("wasserstein")(features, torch.rand(1, 16, 2, 3)).backward()
    assert features.grad is not None
    assert 0 < features.grad.abs().max() < 10


def test_nothing_is_as_far_as_the_whole_target() -> None:
    features = torch.rand(1, 4, 5, 6)
    assert content_loss(torch.zeros_like(features), features).item() == pytest.approx(1, abs=1e-5)


def test_variation_by_hand() -> None:
    image = torch.zeros(1, 3, 2, 2)
    image[..., 1] = 1  # every pixel differs from its neighbour to the side, by 1
    assert variation_loss(image) == 1


@every_loss
def test_losses_have_the_gradient_that_differences_give(loss: Loss) -> None:
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


def test_the_statistics_of_a_picture_are_those_of_its_parts() -> None:
    features = torch.rand(1, 4, 6, 5, generator=torch.Generator().manual_seed(1))
    parts = [statistics(part) for part in (features[..., :2, :], features[..., 2:, :])]
    found, whole = pooled(parts, [part.positions for part in parts]), statistics(features)
    torch.testing.assert_close(found.gram, whole.gram)
    torch.testing.assert_close(found.covariance, whole.covariance)
    assert found.positions == whole.positions
