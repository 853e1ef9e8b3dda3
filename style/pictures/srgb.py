"""Any picture that Pillow opens, as upright 8-bit sRGB. Needs no torch."""

from __future__ import annotations

from PIL import Image

from style.pictures.alpha import load_with_alpha
from style.pictures.color_profiles import levels_to_srgb, to_srgb
from style.pictures.deep_grey import DEEP_GREY_MODES, grey_levels
from style.pictures.orientation import upright_method


def as_srgb(image: Image.Image, name: str = "the picture") -> Image.Image:
    """An opened picture upright, as 8-bit sRGB: RGB, or RGBA where it has transparent pixels.

    It is turned by its EXIF or XMP orientation. Its colours are converted by its ICC profile or,
    in a PNG without one, by its gamma. The result has no metadata. `name`: what an error calls the
    picture. Raises PictureError where the grey values of a float or 32-bit picture do not show
    which value is white.
    """
    alpha = load_with_alpha(image)
    profile, gamma = image.info.get("icc_profile"), _gamma(image)
    if image.mode in DEEP_GREY_MODES:
        colours = levels_to_srgb(grey_levels(image, name), profile, gamma)
    else:
        colours = to_srgb(_without_alpha(image), profile, gamma)
    if alpha is not None and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    colours.info = {}
    method = upright_method(image)
    return colours if method is None else colours.transpose(method)


def _gamma(image: Image.Image) -> float | None:
    """The gamma of a PNG, which counts only where its sRGB chunk is missing."""
    return None if "srgb" in image.info else image.info.get("gamma")


def _without_alpha(image: Image.Image) -> Image.Image:
    """The picture as "L", "RGB" or "CMYK"."""
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    if image.mode == "La":  # Pillow converts premultiplied grey only to "LA"
        image = image.convert("LA")
    if image.mode in ("1", "LA"):
        return image.convert("L")
    return (image.convert("RGBA") if image.mode in ("P", "PA") else image).convert("RGB")
