"""Adam on losses whose minimum is known."""

from dataclasses import replace

import pytest
import torch

from style import ConfigError, NotFinite, StylizeConfig
from style.optimizers.adam_descent import AdamDescent
from style.runs.progress import Losses


class Valley:
    """A loss that is lowest at `bottom`; its gradient is noisy."""

    def __init__(self, bottom: float, noise: float = 0.0) -> None:
        self.bottom, self.noise = bottom, noise
        self.generator = torch.Generator().manual_seed(1)

    def evaluate(self, image: torch.Tensor) -> Losses:
        away = image.detach() - self.bottom
        random = torch.randn(away.shape, generator=self.generator)
        image.grad = 2 * away + self.noise * random
        return {"total": float(away.square().mean())}


def moved(valley: Valley, steps: int, step_size: float = 0.02) -> tuple[torch.Tensor, list[float]]:
    pixels = torch.full((1, 3, 8, 8), 0.5, requires_grad=True)
    descent = AdamDescent(pixels, valley, steps=steps, step_size=step_size)
    totals = [descent.step()["total"] for _ in range(steps)]
    descent.finish()
    return pixels.detach(), totals


def test_the_first_step_is_the_step_size_against_the_gradient() -> None:
    pixels, totals = moved(Valley(0.9), 1)
    torch.testing.assert_close(pixels, torch.full_like(pixels, 0.52))
    assert totals == pytest.approx([0.16])


def test_it_reaches_the_minimum_and_stays_within_white() -> None:
    pixels, _ = moved(Valley(0.8), 300)
    torch.testing.assert_close(pixels, torch.full_like(pixels, 0.8), atol=0.005, rtol=0)
    pixels, _ = moved(Valley(7.0), 300)
    assert 0.999 < pixels.max().item() <= 1


def test_the_mean_of_its_steps_is_less_noisy_than_they_are() -> None:
    pixels, totals = moved(Valley(0.5, noise=1), 1000)
    assert (pixels - 0.5).square().mean() < 0.5 * totals[-1]


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"optimizer is 'sgd'; allowed: lbfgs, adam"):
        StylizeConfig(optimizer="sgd")
    with pytest.raises(ConfigError, match="step_size is 0"):
        replace(StylizeConfig(), step_size=0.0)


def test_a_gradient_that_is_not_finite_is_an_error_that_keeps_the_steps_before() -> None:
    class Cliff(Valley):
        def evaluate(self, image: torch.Tensor) -> Losses:
            losses = super().evaluate(image)
            if losses["total"] < 0.14:
                image.grad = torch.full_like(image, torch.inf)
            return losses

    pixels = torch.full((1, 3, 8, 8), 0.5, requires_grad=True)
    descent = AdamDescent(pixels, Cliff(0.9), steps=9, step_size=0.02)
    assert descent.good_picture() is None
    with pytest.raises(NotFinite):
        for _ in range(9):
            descent.step()
    good = descent.good_picture()
    assert good is not None and 0.5 < float(good.mean()) < 0.6
