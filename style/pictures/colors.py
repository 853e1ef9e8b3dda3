"""Colour transfer between pictures. Needs no torch.

Either the styles get the content's colours before the painting, or the painting gets them after it
(Gatys et al., arXiv 1606.05897). Colours are compared in Oklab (Ottosson 2020), whose axes are
perceived lightness, green to red and blue to yellow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.float64]

MOMENTS_PX = 256  # side to which pictures are scaled that count alike
EPSILON = 1e-8  # added to variances and to divisors, which are 0 in a picture of one colour


def recolored(image: Image.Image, like: Image.Image, method: str) -> Image.Image:
    """`image` with the colours of `like`; it keeps its alpha channel.

    `method`: a value of `style.config.stylize.COLORS` other than "style". "luminance" needs two
    pictures of the same size. Fully transparent pixels are ignored.
    """
    pixels, colours = _pixels(image), _pixels(like)
    if method == "grey":
        pixels = replace_chroma(pixels, np.zeros_like(pixels))
    elif method == "luminance":
        pixels = replace_chroma(pixels, colours)
    else:
        methods: dict[str, Callable[[Pixels, Pixels], Pixels]] = {
            "matched": match_covariance, "lab": match_mean_and_std, "histogram": match_histogram,
        }  # fmt: skip
        is_visible = _is_visible(image)
        pixels[is_visible] = methods[method](pixels[is_visible], colours[_is_visible(like)])
    result = Image.fromarray((pixels * 255).clip(0, 255).round().astype(np.uint8))
    if image.mode == "RGBA":
        result.putalpha(image.getchannel("A"))
    return result


def with_moments_of(image: Image.Image, likes: Sequence[Image.Image]) -> Image.Image:
    """`image` with the mean and covariance of the colours of `likes`, which count alike."""
    side = MOMENTS_PX
    row = Image.new("RGB", (side * len(likes), side))
    for number, like in enumerate(likes):
        row.paste(like.convert("RGB").resize((side, side)), (side * number, 0))
    return recolored(image, row, "matched")


def replace_chroma(pixels: Pixels, like: Pixels) -> Pixels:
    """The lightness of `pixels` with the chroma of `like`; both (H, W, 3), sRGB in [0, 1]."""
    colours = np.concatenate([oklab(pixels)[..., :1], oklab(like)[..., 1:]], axis=-1)
    return from_oklab(colours)


def match_covariance(pixels: Pixels, like: Pixels) -> Pixels:
    """Colours (N, 3) moved to the mean and the covariance of `like` (M, 3), both in sRGB.

    Uses the linear map that changes them least (Monge-Kantorovich; Pitié and Kokaram 2007).
    """
    source, target = (np.cov(colours.T) + EPSILON * np.eye(3) for colours in (pixels, like))
    root = _square_root(source)
    inverse = np.linalg.inv(root)
    transform = inverse @ _square_root(root @ target @ root) @ inverse
    matched: Pixels = (pixels - pixels.mean(axis=0)) @ transform + like.mean(axis=0)
    return matched


def match_mean_and_std(pixels: Pixels, like: Pixels) -> Pixels:
    """sRGB colours (N, 3) with the mean and the standard deviation of `like` (M, 3) on each axis.

    The method of Reinhard et al. (2001), on the axes of Oklab.
    """
    source, target = oklab(pixels), oklab(like)
    scale = target.std(axis=0) / (source.std(axis=0) + EPSILON)
    return from_oklab((source - source.mean(axis=0)) * scale + target.mean(axis=0))


def match_histogram(pixels: Pixels, like: Pixels) -> Pixels:
    """sRGB colours (N, 3) with the histogram of `like` (M, 3) on each axis of Oklab."""
    return from_oklab(match_quantiles(oklab(pixels), oklab(like)))


def match_quantiles(values: Pixels, like: Pixels) -> Pixels:
    """Each column of (N, 3) with its values replaced by those of the same quantile of `like`."""
    columns = []
    for source, target in zip(values.T, like.T, strict=True):
        _, index, counts = np.unique(source, return_inverse=True, return_counts=True)
        quantile = (np.cumsum(counts) - (counts + 1) / 2) / max(1, len(source) - 1)
        columns.append(np.quantile(target, quantile)[index])
    return np.stack(columns, axis=-1)


def oklab(pixels: Pixels) -> Pixels:
    """Oklab of sRGB (..., 3) in [0, 1]: lightness in [0, 1], green to red, blue to yellow."""
    linear = np.where(pixels <= 0.04045, pixels / 12.92, ((pixels + 0.055) / 1.055) ** 2.4)
    colours: Pixels = np.cbrt(linear @ _RGB_TO_LMS.T) @ _LMS_TO_OKLAB.T
    return colours


def from_oklab(colours: Pixels) -> Pixels:
    """sRGB of Oklab (..., 3); colours outside the sRGB gamut are clipped to [0, 1]."""
    cones = (colours @ np.linalg.inv(_LMS_TO_OKLAB).T) ** 3
    linear = (cones @ np.linalg.inv(_RGB_TO_LMS).T).clip(0, 1)
    pixels: Pixels = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return pixels


_RGB_TO_LMS = np.array(  # linear sRGB to the responses of the eye's cones
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_OKLAB = np.array(  # from the cube roots of the responses
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _square_root(matrix: Pixels) -> Pixels:
    """The square root of a symmetric positive semi-definite matrix."""
    values, vectors = np.linalg.eigh(matrix)
    root: Pixels = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return root


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"), np.float64) / 255


def _is_visible(image: Image.Image) -> NDArray[np.bool_]:
    """(H, W): which pixels are not fully transparent; all, where the whole picture is."""
    alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    is_visible: NDArray[np.bool_] = alpha >= min(1, alpha.max())
    return is_visible
