"""Picture files: open, check, convert to sRGB, save, scale. Needs no torch."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from data.cache import replacing
from style.errors import PictureError

LEAST_SIDE_PX = 16  # a smaller picture has no style to take and no content to keep
MOST_PIXELS = 64_000_000  # before scaling down; more than any phone's camera takes by default
GREY_16_BIT_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N")  # of Pillow
FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}


def open_picture(path: Path) -> Image.Image:
    """A picture file as RGB, or as RGBA where it has transparent pixels.

    It is turned upright (EXIF) and converted to 8-bit sRGB (from ICC profiles, CMYK, 16 bits). Of
    an animation it is the first frame. Raises PictureError where the file is not a picture, is
    damaged, too small or too large, and OSError where there is no such file.
    """
    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(file) as image:
                check_size(image.size, str(path))
                return as_srgb(image)
        except UnidentifiedImageError as error:
            raise PictureError(f"{path} is not a picture in a supported format") from error
        except Image.DecompressionBombError as error:
            raise PictureError(
                f"{path} is too large; at most {MOST_PIXELS // 10**6} megapixels are allowed"
            ) from error
        except (OSError, SyntaxError, ValueError) as error:
            if isinstance(error, PictureError):
                raise
            raise PictureError(f"{path} is damaged: {error}") from error


def check_size(size: tuple[int, int], name: str) -> None:
    """Raises PictureError where a picture of this size (width, height) is too small or too large.

    `name`: what the message calls the picture.
    """
    width, height = size
    if min(size) < LEAST_SIDE_PX:
        raise PictureError(
            f"{name} is {width}x{height}; each side must have at least {LEAST_SIDE_PX} pixels"
        )
    if width * height > MOST_PIXELS:
        raise PictureError(
            f"{name} is {width}x{height}, {width * height / 1e6:.0f} megapixels; at most"
            f" {MOST_PIXELS // 10**6} are allowed: scale it down first"
        )


def as_srgb(image: Image.Image) -> Image.Image:
    """The picture upright (EXIF), as 8-bit sRGB: RGB, or RGBA where it has transparent pixels."""
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if image.mode in ("F", *GREY_16_BIT_MODES):
        grey = np.asarray(image).astype(np.float32) / (1 if image.mode == "F" else 65535)
        grey = np.nan_to_num(grey).clip(0, 1) * 255
        return Image.fromarray(grey.round().astype(np.uint8)).convert("RGB")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode == "P":
        image = image.convert("RGBA")
    colours = image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")
    if profile:
        colours = _from_profile(colours, profile)
    colours = colours.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    return colours


def _from_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):  # a profile that does not fit its picture is ignored
        return image
    return converted or image


def check_output(path: Path) -> None:
    """Raises PictureError where no picture can be written to `path`; called before a long run."""
    if path.suffix.lower() not in FORMATS:
        raise PictureError(f"{path}: the suffix must be one of {', '.join(FORMATS)}")
    if not path.absolute().parent.is_dir():
        raise PictureError(f"{path}: the folder {path.parent} does not exist; create it first")
    if path.is_dir():
        raise PictureError(f"{path} is a folder; give a file name")


def save_picture(image: Image.Image, path: Path) -> None:
    """Writes a picture, completely or not at all.

    JPEG has no alpha channel: transparent pixels are blended with white. Raises PictureError as
    `check_output` does, and OSError.
    """
    check_output(path)
    file_format = FORMATS[path.suffix.lower()]
    if file_format == "JPEG" and image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    options = {"quality": 95} if file_format in ("JPEG", "WEBP") else {}
    with replacing(path) as partial:
        image.save(partial, file_format, **options)


def scaled(image: Image.Image, longest: int) -> Image.Image:
    """The picture scaled so that its longest side has `longest` pixels; never enlarged."""
    factor = longest / max(image.size)
    if factor >= 1:
        return image
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)
