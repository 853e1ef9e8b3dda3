"""Statistics where a mask weights the positions."""

import pytest
import torch

from style.losses.statistics import pooled, statistics


def test_statistics_with_a_mask_are_those_of_the_features_inside() -> None:
    features = torch.rand(1, 4, 6, 8)
    mask = torch.zeros(1, 1, 12, 16)
    mask[..., :8] = 1
    masked, expected = statistics(features, mask), statistics(features[..., :4])
    torch.testing.assert_close(masked.gram, expected.gram)
    torch.testing.assert_close(masked.mean, expected.mean)
    assert masked.positions == expected.positions == 24


def test_a_weight_of_one_half_counts_half() -> None:
    features = torch.tensor([[[[1.0, 4.0]]]])
    masked = statistics(features, torch.tensor([[[[1.0, 0.5]]]]))
    assert masked.mean.item() == pytest.approx((1 + 0.5 * 4) / 1.5)
    assert masked.gram.item() == pytest.approx((1 + 0.5 * 16) / 1.5)
    assert masked.positions == 1.5


def test_masked_statistics_are_the_weighted_mean_of_tiles_one_of_them_empty() -> None:
    features, mask = torch.rand(1, 4, 6, 8), torch.rand(1, 1, 6, 8)
    mask[..., 4:] = 0
    tiles = [statistics(features[..., at], mask[..., at]) for at in (slice(4), slice(4, 8))]
    combined = pooled(tiles, [tile.positions for tile in tiles])
    torch.testing.assert_close(combined.gram, statistics(features, mask).gram)
    torch.testing.assert_close(combined.mean, statistics(features, mask).mean)


def test_the_gradient_of_masked_statistics_is_that_of_finite_differences() -> None:
    features = torch.randn(1, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    mask = torch.rand(1, 1, 4, 5, dtype=torch.float64)

    def moments(features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        masked = statistics(features, mask)
        return masked.gram, masked.mean

    assert torch.autograd.gradcheck(moments, (features,))
