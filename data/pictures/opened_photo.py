"""One photo, opened for training."""

from __future__ import annotations

import io
import warnings
import zlib
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from data.errors import CorpusError
from data.pictures.picture_formats import HEAD, not_readable, readable_formats

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
MAX_PIXELS = 128_000_000


def opened_photo(file: Path | io.BytesIO, name: str, *, least_px: int = 0) -> Image.Image:
    """Open a photo as RGB, upright.

    A JPEG is decoded at a half, a quarter or an eighth where both sides stay `least_px` or more.
    Raises CorpusError with `name` where the photo is damaged or too large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(file, formats=readable_formats()) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise CorpusError(f"{name} has more than {MAX_PIXELS // 10**6} megapixels")
                if least_px:
                    image.draft("RGB", (least_px, least_px))
                return ImageOps.exif_transpose(image).convert("RGB")
        except UnidentifiedImageError as error:
            raise CorpusError(not_readable(name, _head(file))) from error
        except Image.DecompressionBombError as error:
            raise CorpusError(f"{name} has more than {MAX_PIXELS // 10**6} megapixels") from error
        except (OSError, SyntaxError, ValueError, zlib.error) as error:
            if isinstance(error, CorpusError):
                raise
            raise CorpusError(f"{name} is damaged: {error}") from error


def _head(file: Path | io.BytesIO) -> bytes:
    if isinstance(file, io.BytesIO):
        return file.getvalue()[:HEAD]
    with file.open("rb") as opened:
        return opened.read(HEAD)
