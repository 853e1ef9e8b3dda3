"""Uploaded pictures: checked, and re-encoded, before anything else reads them."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from service.errors import ImageRefused
from service.settings import Settings
from style.pictures.files import LEAST_SIDE_PX, as_srgb

FORMATS = ("JPEG", "PNG", "WEBP")


def save_upload(upload: FileStorage, path: Path, *, settings: Settings) -> None:
    """Write an uploaded picture to `path` as PNG, upright, in sRGB and without its metadata.

    Raises ImageRefused where it is not a picture of FORMATS or has too few or too many pixels,
    RequestEntityTooLarge where the file is too large.
    """
    blob = upload.stream.read(settings.max_image_bytes + 1)
    if len(blob) > settings.max_image_bytes:
        raise RequestEntityTooLarge(
            f"an image file may have at most {settings.max_image_bytes} bytes"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(blob), formats=FORMATS) as image:
                _check_size(image, settings)
                as_srgb(image).save(path, "PNG", compress_level=1)
    except ImageRefused:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ImageRefused(f"send a picture as {', '.join(FORMATS)}") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise ImageRefused("the image file is damaged") from error


def _check_size(image: Image.Image, settings: Settings) -> None:
    if min(image.size) < LEAST_SIDE_PX or image.width * image.height > settings.max_image_pixels:
        raise ImageRefused(
            f"the image is {image.width} x {image.height} pixels; allowed: sides of at least"
            f" {LEAST_SIDE_PX}, and at most {settings.max_image_pixels} pixels in all"
        )
