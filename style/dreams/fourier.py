"""A picture stored by its Fourier spectrum, in colours that do not depend on each other.

Gradient ascent on pixels finds high frequencies first, and colours that no photograph has. In a
spectrum whose amplitudes fall as those of photographs do, and in decorrelated colours, the same
gradient gives shapes and calm colours (Olah, Mordvintsev and Schubert, "Feature Visualization",
Distill 2017, "Preconditioning and Parameterization").
"""

from __future__ import annotations

import torch

from style.dreams.photograph_colors import correlated

NOISE_STD = 0.01  # of the random coefficients at the start: a picture that is nearly grey
FALL = (
    1.2  # exponent by which amplitudes fall with the frequency; larger = smoother, 1: photographs
)
CONTRAST = 0.25  # larger = more contrast for coefficients of the same size


class FourierPictures:
    """`count` square pictures of `size_px` pixels, whose `coefficients` an optimiser changes.

    `coefficients`: (count, 3, size, size // 2 + 1, 2) float32, the real and imaginary part of each
    frequency, in units of the amplitude that is usual there.
    """

    def __init__(
        self, count: int, size_px: int, generator: torch.Generator, device: torch.device
    ) -> None:
        self.size_px = size_px
        shape = (count, 3, size_px, size_px // 2 + 1, 2)
        noise = NOISE_STD * torch.randn(shape, generator=generator)
        self.coefficients = noise.to(device).requires_grad_()
        self._amplitudes = amplitudes(size_px).to(device)

    def pixels(self) -> torch.Tensor:
        """The pictures (count, 3, size, size), sRGB in [0, 1], as a function of `coefficients`."""
        spectrum = torch.view_as_complex(self.coefficients) * self._amplitudes
        side = (self.size_px, self.size_px)
        waves: torch.Tensor = torch.fft.irfft2(spectrum, s=side)
        return correlated(CONTRAST * waves).sigmoid()


def amplitudes(size_px: int) -> torch.Tensor:
    """The size of each frequency (size, size // 2 + 1): it falls with the frequency.

    The lowest frequency has the same size at any exponent.
    """
    down = torch.fft.fftfreq(size_px)[:, None]
    across = torch.fft.rfftfreq(size_px)[None]
    frequencies = (down.square() + across.square()).sqrt()
    cycles = (size_px * frequencies).clamp(min=1)  # of the picture's side
    sizes: torch.Tensor = size_px**2 / cycles**FALL
    return sizes
