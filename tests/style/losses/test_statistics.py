"""Gram matrices, means and covariances, and their gradient."""

import torch

from style.losses.statistics import pooled, statistics


def test_a_gram_matrix_known_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])  # two channels at two positions
    expected = torch.tensor([[1 + 4, 3 + 8], [3 + 8, 9 + 16]]) / 2
    torch.testing.assert_close(statistics(features).gram, expected)


def test_statistics_do_not_depend_on_where_things_are() -> None:
    features = torch.rand(1, 4, 5, 6, generator=torch.Generator().manual_seed(1))
    moved = features.flip(-1).roll(2, dims=-2)
    torch.testing.assert_close(statistics(features).gram, statistics(moved).gram)


def test_the_gradient_of_statistics_is_that_of_finite_differences() -> None:
    """Of the Gram matrix, whose incoming gradient need not be symmetric, and of the mean."""
    features = torch.randn(1, 4, 5, 6, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda f: (statistics(f).gram, statistics(f).mean), (features,))


def test_statistics_of_bfloat16_features_are_more_exact_than_the_features() -> None:
    """Products are rounded to bfloat16, by up to 2e-3 each, and added in float32."""
    features = torch.rand(1, 3, 150, 150).bfloat16()
    flat = features.double().flatten(2)[0]
    measured = statistics(features)
    assert measured.gram.dtype == torch.float32
    torch.testing.assert_close(
        measured.gram.double(), flat @ flat.T / flat.shape[1], rtol=1e-3, atol=0
    )
    torch.testing.assert_close(measured.mean.double(), flat.mean(dim=1), rtol=1e-5, atol=0)


def test_the_statistics_of_a_picture_are_the_weighted_mean_of_its_parts() -> None:
    features = torch.rand(1, 4, 6, 5, generator=torch.Generator().manual_seed(1))
    parts = [statistics(part) for part in (features[..., :2, :], features[..., 2:, :])]
    combined, whole = pooled(parts, [part.positions for part in parts]), statistics(features)
    torch.testing.assert_close(combined.gram, whole.gram)
    torch.testing.assert_close(combined.covariance, whole.covariance)
    assert combined.positions == whole.positions
