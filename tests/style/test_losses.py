"""The losses by hand."""

import pytest
import torch

from style.losses import content_loss, gram_matrix, style_loss, variation_loss


def test_a_gram_matrix_known_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])  # two channels at two positions
    expected = torch.tensor([[1 + 4, 3 + 8], [3 + 8, 9 + 16]]) / 2
    torch.testing.assert_close(gram_matrix(features), expected)


def test_where_things_are_does_not_matter_to_style() -> None:
    features = torch.rand(1, 4, 5, 6, generator=torch.Generator().manual_seed(1))
    moved = features.flip(-1).roll(2, dims=-2)
    torch.testing.assert_close(gram_matrix(features), gram_matrix(moved))


def test_a_picture_has_no_distance_from_itself() -> None:
    features = torch.rand(1, 4, 5, 6)
    assert style_loss(features, gram_matrix(features)) == 0
    assert content_loss(features, features) == 0


def test_losses_are_relative() -> None:
    features, target = torch.rand(1, 4, 5, 6), torch.rand(1, 4, 5, 6)
    for loss in (content_loss, lambda f, t: style_loss(f, gram_matrix(t))):
        torch.testing.assert_close(loss(features, target), loss(50 * features, 50 * target))


def test_nothing_is_as_far_as_the_whole_target() -> None:
    features = torch.rand(1, 4, 5, 6)
    assert content_loss(torch.zeros_like(features), features).item() == pytest.approx(1, abs=1e-5)


def test_variation_by_hand() -> None:
    image = torch.zeros(1, 3, 2, 2)
    image[..., 1] = 1  # every pixel differs from its neighbour to the side, by 1
    assert variation_loss(image) == 1


@pytest.mark.parametrize("loss", [style_loss, content_loss])
def test_losses_have_the_gradient_that_differences_give(loss: object) -> None:
    generator = torch.Generator().manual_seed(1)
    features = torch.rand(1, 2, 3, 3, generator=generator, requires_grad=True)
    target = torch.rand(1, 2, 3, 3, generator=generator)
    goal = gram_matrix(target) if loss is style_loss else target
    loss(features, goal).backward()  # type: ignore[operator]
    step = torch.zeros_like(features)
    step[0, 1, 1, 2] = 1e-2
    with torch.no_grad():
        rise = loss(features + step, goal) - loss(features - step, goal)  # type: ignore[operator]
    assert features.grad[0, 1, 1, 2].item() == pytest.approx((rise / 2e-2).item(), rel=2e-2)
