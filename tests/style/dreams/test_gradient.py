"""What is done to a gradient before a step, on noise with a known part."""

import pytest
import torch

from style.dreams.gradient import blurred, normalized, with_equal_bands


@pytest.fixture
def noise() -> torch.Tensor:
    return torch.randn(1, 3, 45, 64, generator=torch.Generator().manual_seed(1))


def test_a_normalized_gradient_has_a_mean_absolute_value_of_one(noise: torch.Tensor) -> None:
    assert float(normalized(3 * noise).abs().mean()) == pytest.approx(1)
    assert float(normalized(torch.zeros(1, 3, 8, 8)).abs().max()) == 0


def test_one_band_is_the_gradient_itself_up_to_scale(noise: torch.Tensor) -> None:
    assert torch.allclose(normalized(with_equal_bands(noise, 1)), normalized(noise), atol=1e-6)


def test_equal_bands_amplify_coarse_detail_that_is_weak(noise: torch.Tensor) -> None:
    coarse = torch.linspace(-1, 1, 64).expand(1, 3, 45, 64)
    weak = noise + 0.01 * coarse

    def similarity(gradient: torch.Tensor) -> float:
        return float((gradient * coarse).mean() / (gradient.norm() * coarse.norm()))

    of_weak = similarity(with_equal_bands(weak, 4))
    assert with_equal_bands(weak, 4).shape == weak.shape
    assert similarity(with_equal_bands(noise + coarse, 4)) > of_weak > 3 * abs(similarity(weak))


def test_a_blur_keeps_a_constant_and_flattens_noise(noise: torch.Tensor) -> None:
    constant = torch.full((1, 3, 20, 30), 2.0)
    assert torch.allclose(blurred(constant, 1.5), constant, atol=1e-5)
    assert float(blurred(noise, 2).std()) < 0.3 * float(noise.std())
    assert blurred(noise, 0) is noise
