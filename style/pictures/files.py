"""Picture files: open, check the size, scale. Needs no torch.

`check_output` and `save_picture` are those of `style.pictures.output`, `as_srgb` is that of
`style.pictures.srgb`.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from data.pictures.picture_formats import HEAD, not_readable, readable_formats
from style.errors import PictureError
from style.pictures.heic import MISSING, is_heic, register_heic
from style.pictures.jpeg_end import JPEG_START, with_end_marker
from style.pictures.output import FORMATS, check_output, save_picture
from style.pictures.png_chunks import PNG_SIGNATURE, essential_png, png_profile
from style.pictures.srgb import as_srgb

__all__ = [
    "FORMATS", "LEAST_SIDE_PX", "MOST_PIXELS",
    "as_srgb", "check_output", "check_size", "open_picture", "read_picture", "save_picture",
    "scaled",
]  # fmt: skip

LEAST_SIDE_PX = 16  # a smaller picture has no style to take and no content to keep
MOST_BYTES = 1 << 28  # of a picture that is read whole: from a pipe, or to repair it
MOST_PIXELS = 64_000_000  # before scaling down; more than any phone's camera takes by default


def open_picture(path: Path) -> Image.Image:
    """A picture file as RGB, or as RGBA where it has transparent pixels.

    Raises PictureError as `read_picture` does, and OSError where there is no such file.
    """
    with path.open("rb") as file:
        return read_picture(file if file.seekable() else _whole(file, path), str(path))


def _whole(pipe: BinaryIO, path: Path) -> BinaryIO:
    """What comes out of a pipe, which cannot be read from its begin again."""
    content = pipe.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PictureError(f"{path} has more than {MOST_BYTES} bytes; name a file instead")
    return io.BytesIO(content)


def read_picture(
    file: BinaryIO, name: str, *, formats: tuple[str, ...] | None = None
) -> Image.Image:
    """A picture from an open file, as RGB, or as RGBA where it has transparent pixels.

    It is turned upright (EXIF) and converted to 8-bit sRGB (from ICC profiles, PNG gamma, CMYK and
    more than 8 bits). Of an animation it is the first frame. `name`: what errors call the picture.
    `formats`: of Pillow, by name; by default those of `data.pictures.picture_formats`, and HEIC.
    Raises PictureError where the file is not a picture of these formats, is damaged, too small or
    too large. A JPEG that lacks only its end marker and a PNG whose metadata is damaged or too
    large count as whole.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about damaged metadata and large pictures
        try:
            return _decoded(file, name, formats)
        except (PictureError, MemoryError):
            raise
        except Image.DecompressionBombError as error:
            raise PictureError(
                f"{name} is too large; at most {MOST_PIXELS // 10**6} megapixels are allowed"
            ) from error
        except Exception as error:  # Pillow's decoders raise errors of many types
            repaired = _repaired(file, name, formats)
            if repaired is not None:
                return repaired
            if isinstance(error, UnidentifiedImageError):
                file.seek(0)
                raise PictureError(not_readable(name, file.read(HEAD))) from error
            raise PictureError(f"{name} is damaged: {error}") from error


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


def scaled(image: Image.Image, longest: int, *, enlarge: bool = False) -> Image.Image:
    """The picture scaled so that its longest side has `longest` pixels.

    `enlarge`: also where it is smaller; otherwise it stays as it is.
    """
    factor = longest / max(image.size)
    if factor == 1 or (factor > 1 and not enlarge):
        return image
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _decoded(
    file: BinaryIO, name: str, formats: tuple[str, ...] | None, profile: bytes | None = None
) -> Image.Image:
    """`profile`: an ICC profile, in place of that in the file."""
    with Image.open(file, formats=formats or readable_formats()) as image:
        check_size(image.size, name)
        if profile:
            image.info["icc_profile"] = profile
        return as_srgb(image, name)


def _repaired(file: BinaryIO, name: str, formats: tuple[str, ...] | None) -> Image.Image | None:
    """The picture of a file that Pillow cannot read as it is; None where its pixels are damaged.

    Only what begins as a picture does is read whole. Raises PictureError where that has more than
    MOST_BYTES, and where the file is HEIC and pillow-heif is not installed.
    """
    file.seek(0)
    head, profile = file.read(HEAD), None
    if head.startswith(JPEG_START):
        repaired = with_end_marker(_content(file, name))
    elif head.startswith(PNG_SIGNATURE):
        content = _content(file, name)
        repaired, profile = essential_png(content), png_profile(content)
    elif is_heic(head) and not formats:
        if not register_heic():
            raise PictureError(f"{name} cannot be read: {MISSING}")
        repaired, formats = _content(file, name), readable_formats("HEIF")
    else:
        return None
    if repaired is None:
        return None
    try:
        return _decoded(io.BytesIO(repaired), name, formats, profile)
    except PictureError:
        raise
    except Exception:
        return None


def _content(file: BinaryIO, name: str) -> bytes:
    file.seek(0)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PictureError(
            f"{name} cannot be read as it is, and has more than {MOST_BYTES} bytes, too many to"
            " repair it: save it anew"
        )
    return content
