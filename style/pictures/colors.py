"""Whose colours a painting has. Needs no torch.

"before" a painting its styles are given the content's colours, or "after" it the painting is (Gatys
et al., arXiv 1606.05897). Colours are compared in Oklab (Ottosson 2020), whose axes are what people
see as lightness, green to red and blue to yellow.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float64]

TINY = 1e-8


def recolored(image: Image.Image, like: Image.Image, how: str) -> Image.Image:
    """`image` with colours from `like`, in one of the ways of `style.config.stylize.COLORS`.

    "luminance" needs pictures of one size. What is wholly transparent does not count.
    """
    pixels, colours = _pixels(image), _pixels(like)
    if how == "grey":
        pixels = with_chroma(pixels, np.zeros_like(pixels))
    elif how == "luminance":
        pixels = with_chroma(pixels, colours)
    else:
        ways: dict[str, Callable[[Pixels, Pixels], Pixels]] = {
            "matched": moved, "lab": shifted, "histogram": spread,
        }  # fmt: skip
        is_seen = _is_seen(image)
        pixels[is_seen] = ways[how](pixels[is_seen], colours[_is_seen(like)])
    found = Image.fromarray((pixels * 255).clip(0, 255).round().astype(np.uint8))
    if image.mode == "RGBA":
        found.putalpha(image.getchannel("A"))
    return found


def with_chroma(pixels: Pixels, like: Pixels) -> Pixels:
    """Lightness of `pixels`, the other two axes of `like`; both (H, W, 3), sRGB in [0, 1]."""
    both = np.concatenate([oklab(pixels)[..., :1], oklab(like)[..., 1:]], axis=-1)
    return from_oklab(both)


def moved(pixels: Pixels, like: Pixels) -> Pixels:
    """Colours (N, 3) with the mean and the covariance of `like` (M, 3).

    By the linear map that moves them least (Pitié and Kokaram 2007).
    """
    spread, wanted = (np.cov(colours.T) + TINY * np.eye(3) for colours in (pixels, like))
    root = _root(spread)
    inverse = np.linalg.inv(root)
    turn = inverse @ _root(root @ wanted @ root) @ inverse
    found: Pixels = (pixels - pixels.mean(axis=0)) @ turn + like.mean(axis=0)
    return found


def shifted(pixels: Pixels, like: Pixels) -> Pixels:
    """Colours (N, 3) with the mean and the spread of `like` on each axis (Reinhard et al. 2001)."""
    found, wanted = oklab(pixels), oklab(like)
    scale = wanted.std(axis=0) / (found.std(axis=0) + TINY)
    return from_oklab((found - found.mean(axis=0)) * scale + wanted.mean(axis=0))


def spread(pixels: Pixels, like: Pixels) -> Pixels:
    """Colours (N, 3) with the histogram of `like` on each axis."""
    return from_oklab(ranked(oklab(pixels), oklab(like)))


def ranked(pixels: Pixels, like: Pixels) -> Pixels:
    """Each column of (N, 3) with the values of `like`'s: that of its rank there."""
    channels = []
    for found, wanted in zip(pixels.T, like.T, strict=True):
        _, place, counts = np.unique(found, return_inverse=True, return_counts=True)
        rank = (np.cumsum(counts) - (counts + 1) / 2) / max(1, len(found) - 1)
        channels.append(np.quantile(wanted, rank)[place])
    return np.stack(channels, axis=-1)


def oklab(pixels: Pixels) -> Pixels:
    """(..., 3) of sRGB in [0, 1]: lightness in [0, 1], green to red, blue to yellow."""
    linear = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    found: Pixels = np.cbrt(linear @ _CONES.T) @ _AXES.T
    return found


def from_oklab(colours: Pixels) -> Pixels:
    """sRGB (..., 3) of Oklab; what no screen shows is clipped to [0, 1]."""
    cones = (colours @ np.linalg.inv(_AXES).T) ** 3
    linear = (cones @ np.linalg.inv(_CONES).T).clip(0, 1)
    found: Pixels = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return found


_CONES = np.array(  # linear sRGB to what the eye's cones answer
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_AXES = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _root(matrix: Pixels) -> Pixels:
    values, vectors = np.linalg.eigh(matrix)
    root: Pixels = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return root


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"), np.float64) / 255


def _is_seen(image: Image.Image) -> NDArray[np.bool_]:
    """(H, W): which pixels are not wholly transparent; all, where each is."""
    alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    is_seen: NDArray[np.bool_] = alpha >= min(1, alpha.max())
    return is_seen
