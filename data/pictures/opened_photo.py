"""One photo, opened for training."""

from __future__ import annotations

import io
import warnings
import zlib
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from data.errors import CorpusError

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
            with Image.open(file) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise CorpusError(f"{name} has more than {MAX_PIXELS // 10**6} megapixels")
                if least_px:
                    image.draft("RGB", (least_px, least_px))
                return ImageOps.exif_transpose(image).convert("RGB")
        except (UnidentifiedImageError, Image.DecompressionBombError) as error:
            raise CorpusError(f"{name} is not a photo that can be read") from error
        except (OSError, SyntaxError, ValueError, zlib.error) as error:
            if isinstance(error, CorpusError):
                raise
            raise CorpusError(f"{name} is damaged: {error}") from error
