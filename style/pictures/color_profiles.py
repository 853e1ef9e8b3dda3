"""Colour profiles: 8-bit pictures converted to sRGB by their ICC profile or PNG gamma.

Needs no torch.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

SRGB_GAMMA = 1 / 2.2  # as a PNG gAMA chunk states it: the exponent of the encoding
GAMMA_TOLERANCE = 0.05  # relative; a gamma this close to SRGB_GAMMA is taken for sRGB, as by libpng


def to_srgb(image: Image.Image, profile: bytes | None, gamma: float | None) -> Image.Image:
    """The RGB picture of an "L", "RGB" or "CMYK" picture.

    `profile`: ICC. `gamma`: of a PNG without a profile. A profile that is damaged, or does not
    fit its picture, is ignored.
    """
    if image.mode == "L" and (profile or gamma):
        return Image.fromarray(_grey_table(profile, gamma)[np.asarray(image)])
    if profile:
        return _by_profile(image, profile)
    if image.mode == "RGB" and gamma:
        image = image.point(_gamma_table(gamma) * 3)
    return image.convert("RGB")


def levels_to_srgb(
    levels: NDArray[np.float32], profile: bytes | None, gamma: float | None
) -> Image.Image:
    """The RGB picture of grey levels (H, W) in [0, 1], which are finer than 8 bits.

    The conversion of the 256 levels of 8 bits is interpolated linearly.
    """
    if not profile and not gamma:
        return Image.fromarray((levels * 255).round().astype(np.uint8)).convert("RGB")
    table = _grey_table(profile, gamma)
    columns = table.T[:1] if (table == table[:, :1]).all() else table.T  # one where all are alike
    channels = [np.interp(levels * 255, np.arange(256), column) for column in columns]
    pixels = np.stack(channels, axis=-1).round().astype(np.uint8)
    return Image.fromarray(pixels.repeat(3, axis=-1) if len(columns) == 1 else pixels)


def _grey_table(profile: bytes | None, gamma: float | None) -> NDArray[np.uint8]:
    """The sRGB colours (256, 3) of all grey levels of 8 bits."""
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    if profile:
        # LittleCMS's optimized tables of one channel are too coarse for dark levels.
        ramp = _by_profile(ramp, profile, ImageCms.Flags.NOOPTIMIZE)
    elif gamma:
        ramp = ramp.point(_gamma_table(gamma))
    table: NDArray[np.uint8] = np.asarray(ramp.convert("RGB"))[0]
    return table


def _by_profile(
    image: Image.Image, profile: bytes, flags: ImageCms.Flags = ImageCms.Flags.NONE
) -> Image.Image:
    """The RGB picture by an ICC profile, which is ignored where it does not fit."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        fitting = _in_space(image, source.profile.xcolor_space.strip())
        if fitting is None:
            return image.convert("RGB")
        if fitting.mode == "L" != image.mode:
            return to_srgb(fitting, profile, None)
        converted = ImageCms.profileToProfile(
            fitting, source, ImageCms.createProfile("sRGB"), outputMode="RGB", flags=flags
        )
    except (ImageCms.PyCMSError, OSError):
        converted = None
    return (converted or image).convert("RGB")


def _in_space(image: Image.Image, space: str) -> Image.Image | None:
    """The picture in a profile's colour space; None where it does not belong to that space."""
    if space == "GRAY":
        return _as_grey(image)
    if space == "RGB" and image.mode in ("L", "RGB"):
        return image.convert("RGB")
    return image if space == image.mode == "CMYK" else None


def _as_grey(image: Image.Image) -> Image.Image | None:
    """The "L" picture of a picture without colour, which Pillow may have read as RGB."""
    if image.mode == "RGB":
        red, green, blue = (channel.tobytes() for channel in image.split())
        return image.getchannel("R") if red == green == blue else None
    return image if image.mode == "L" else None


def _gamma_table(gamma: float) -> list[int]:
    """The sRGB value, 0 to 255, of each sample of a PNG whose samples are light ** `gamma`."""
    if abs(gamma / SRGB_GAMMA - 1) <= GAMMA_TOLERANCE:
        return list(range(256))
    light = (np.arange(256) / 255) ** (1 / gamma)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return [int(value) for value in (encoded * 255).round()]
