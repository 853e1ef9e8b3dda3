"""What is done to a gradient, by hand."""

import pytest
import torch

from style.dreams.gradient import blurred, normalized, with_equal_bands


@pytest.fixture
def noise() -> torch.Tensor:
    return torch.randn(1, 3, 45, 64, generator=torch.Generator().manual_seed(1))


def test_a_unit_gradient_moves_a_value_by_one_on_average(noise: torch.Tensor) -> None:
    assert float(normalized(3 * noise).abs().mean()) == pytest.approx(1)
    assert float(normalized(torch.zeros(1, 3, 8, 8)).abs().max()) == 0


def test_one_band_is_the_gradient_itself_but_for_its_size(noise: torch.Tensor) -> None:
    assert torch.allclose(normalized(with_equal_bands(noise, 1)), normalized(noise), atol=1e-6)


def test_bands_bring_coarse_detail_up_to_the_fine(noise: torch.Tensor) -> None:
    coarse = torch.linspace(-1, 1, 64).expand(1, 3, 45, 64)
    weak = noise + 0.01 * coarse

    def share(gradient: torch.Tensor) -> float:
        return float((gradient * coarse).mean() / (gradient.norm() * coarse.norm()))

    assert with_equal_bands(weak, 4).shape == weak.shape
    assert (
        share(with_equal_bands(noise + coarse, 4))
        > share(with_equal_bands(weak, 4))
        > 3 * abs(share(weak))
    )


def test_a_blur_keeps_what_is_even_and_flattens_what_is_fine(noise: torch.Tensor) -> None:
    even = torch.full((1, 3, 20, 30), 2.0)
    assert torch.allclose(blurred(even, 1.5), even, atol=1e-5)
    assert float(blurred(noise, 2).std()) < 0.3 * float(noise.std())
    assert blurred(noise, 0) is noise
