"""The losses by hand."""

import pytest
import torch

from style.losses import content_loss, style_loss, variation_loss
from style.statistics import pooled, statistics


def style_apart(features: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return style_loss(statistics(features), statistics(target))


def test_a_gram_matrix_known_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])  # two channels at two positions
    expected = torch.tensor([[1 + 4, 3 + 8], [3 + 8, 9 + 16]]) / 2
    torch.testing.assert_close(statistics(features).gram, expected)


def test_where_things_are_does_not_matter_to_style() -> None:
    features = torch.rand(1, 4, 5, 6, generator=torch.Generator().manual_seed(1))
    moved = features.flip(-1).roll(2, dims=-2)
    torch.testing.assert_close(statistics(features).gram, statistics(moved).gram)


def test_a_picture_has_no_distance_from_itself() -> None:
    features = torch.rand(1, 4, 5, 6)
    assert style_apart(features, features) == 0
    assert content_loss(features, features) == 0


def test_losses_are_relative() -> None:
    features, target = torch.rand(1, 4, 5, 6), torch.rand(1, 4, 5, 6)
    for loss in (content_loss, style_apart):
        torch.testing.assert_close(loss(features, target), loss(50 * features, 50 * target))


def test_nothing_is_as_far_as_the_whole_target() -> None:
    features = torch.rand(1, 4, 5, 6)
    assert content_loss(torch.zeros_like(features), features).item() == pytest.approx(1, abs=1e-5)


def test_variation_by_hand() -> None:
    image = torch.zeros(1, 3, 2, 2)
    image[..., 1] = 1  # every pixel differs from its neighbour to the side, by 1
    assert variation_loss(image) == 1


@pytest.mark.parametrize("loss", [style_apart, content_loss])
def test_losses_have_the_gradient_that_differences_give(loss: object) -> None:
    generator = torch.Generator().manual_seed(1)
    features = torch.rand(1, 2, 3, 3, generator=generator, requires_grad=True)
    target = torch.rand(1, 2, 3, 3, generator=generator)
    loss(features, target).backward()  # type: ignore[operator]
    step = torch.zeros_like(features)
    step[0, 1, 1, 2] = 1e-2
    with torch.no_grad():
        rise = loss(features + step, target) - loss(features - step, target)  # type: ignore[operator]
    assert features.grad[0, 1, 1, 2].item() == pytest.approx((rise / 2e-2).item(), rel=2e-2)


def test_the_statistics_of_a_picture_are_those_of_its_parts() -> None:
    features = torch.rand(1, 4, 6, 5, generator=torch.Generator().manual_seed(1))
    parts = [statistics(part) for part in (features[..., :2, :], features[..., 2:, :])]
    found, whole = pooled(parts, [part.positions for part in parts]), statistics(features)
    torch.testing.assert_close(found.gram, whole.gram)
    torch.testing.assert_close(found.covariance, whole.covariance)
    assert found.positions == whole.positions
