"""Pictures stored by their spectrum, in decorrelated colours."""

import torch

from style.dreams.fourier import FourierPictures, amplitudes
from style.dreams.photograph_colors import AXES, correlated
from style.runs.device import seeded

CPU = torch.device("cpu")


def test_pictures_begin_nearly_grey_and_unlike_each_other() -> None:
    pixels = FourierPictures(2, 33, seeded(1), CPU).pixels().detach()
    assert pixels.shape == (2, 3, 33, 33)
    assert (pixels - 0.5).abs().max() < 0.1
    assert not torch.equal(pixels[0], pixels[1])


def test_one_coefficient_is_one_wave_of_the_length_it_stands_for() -> None:
    pictures = FourierPictures(1, 32, seeded(1), CPU)
    with torch.no_grad():
        pictures.coefficients.zero_()
        pictures.coefficients[0, 0, 0, 4, 0] = 1.0  # lightness, four waves across
    lightness = pictures.pixels().detach()[0, 2].logit()
    expected = torch.cos(2 * torch.pi * 4 * torch.arange(32) / 32)
    torch.testing.assert_close(lightness[5] / lightness[5, 0], expected, atol=1e-4, rtol=0)


def test_low_frequencies_are_larger_and_the_mean_is_as_large_as_the_lowest() -> None:
    sizes = amplitudes(16)
    assert sizes.shape == (16, 9)
    assert sizes[0, 0] == sizes[0, 1] == sizes[1, 0] == 16**2
    assert sizes[0, 1] > sizes[0, 2] > sizes[8, 8]


def test_colours_vary_as_those_of_photographs_do() -> None:
    """Independent values along the axes have the covariance of photographs, times a factor."""
    axes = torch.tensor(AXES)
    assert torch.allclose(axes.T @ axes, (axes.T @ axes).diag().diag(), atol=2e-4)
    values = torch.eye(3).view(3, 3, 1, 1)  # a picture for each axis
    found = correlated(values).flatten(1)
    torch.testing.assert_close(found.T @ found, axes @ axes.T / axes.norm(dim=0).max() ** 2)
