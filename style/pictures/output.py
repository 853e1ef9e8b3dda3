"""Writing pictures: checked before a long run, and rescued where it fails at the end.

Needs no torch.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import count, product
from pathlib import Path

from PIL import Image

from data.cache import replacing
from data.os_errors import in_words
from data.suffixes import suffix_fault
from data.writable import check_writable, nearest_folder
from style.errors import PictureError

FORMATS = {  # by suffix: Pillow's name of the format
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
}
SAVE_OPTIONS: dict[str, dict[str, int]] = {
    "JPEG": {"quality": 95, "subsampling": 0},  # 0: 4:4:4, colours at full resolution
    "WEBP": {"quality": 95},
}
LEAST_FREE_BYTES = 2**20  # on the disk; a painting of the default size needs about as much


def check_output(path: Path, *, suffixes: Collection[str] = FORMATS) -> None:
    """Raises PictureError where no picture can be written to `path`; called before a long run.

    The suffix must be one of `suffixes`, `path` must not be a folder, and its folder must let a
    file be created in it and have LEAST_FREE_BYTES left. Where it is missing, that holds for the
    one that it is created in when the picture is written.
    """
    _check_path(path, suffixes)
    try:
        check_writable(path)
    except OSError as error:
        raise PictureError(in_words(error)) from error
    free = shutil.disk_usage(nearest_folder(path)).free
    if free < LEAST_FREE_BYTES:
        raise PictureError(f"{path} cannot be written: the disk has only {free} bytes left")


def save_picture(image: Image.Image, path: Path) -> None:
    """Writes a picture, completely or not at all.

    JPEG has no alpha channel: transparent pixels are blended with white. Raises PictureError where
    the suffix is not one of FORMATS or `path` is not a regular file; OSError or ValueError where
    the picture cannot be written or encoded. Missing folders are created.
    """
    _check_path(path, FORMATS)
    file_format = FORMATS[path.suffix.lower()]
    if file_format == "JPEG" and image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    with replacing(path) as partial:
        image.save(partial, file_format, **SAVE_OPTIONS.get(file_format, {}))


def save_or_rescue(image: Image.Image, path: Path) -> Path:
    """Writes a picture to `path` or, where that fails, elsewhere. Returns the path written.

    For a picture that took long to compute. The other places are free names beside `path`, in the
    working folder and in the folder of temporary files: in the format of `path`, then as PNG, which
    has no limit on its size. Raises the first error where all of them fail.
    """
    try:
        save_picture(image, path)
        return path
    except (OSError, ValueError) as first_error:
        for folder, suffix in product(_OTHER_FOLDERS, dict.fromkeys([path.suffix, ".png"])):
            with suppress(OSError, ValueError):  # the working folder itself may be gone
                other = _free_path(folder(path), path.stem, suffix)
                save_picture(image, other)
                return other
        raise first_error


_OTHER_FOLDERS: tuple[Callable[[Path], Path], ...] = (
    lambda path: path.absolute().parent,
    lambda path: Path.cwd(),
    lambda path: Path(tempfile.gettempdir()),
)


def _free_path(folder: Path, stem: str, suffix: str) -> Path:
    """`stem` with `suffix`, or the first of `stem-1`, `stem-2` ... that does not exist."""
    names = (f"{stem}{f'-{number}' if number else ''}{suffix}" for number in count())
    return next(folder / name for name in names if not os.path.lexists(folder / name))


def _check_path(path: Path, suffixes: Collection[str]) -> None:
    if fault := suffix_fault(path, suffixes):
        raise PictureError(fault)
    if path.is_dir():
        raise PictureError(f"{path} is a folder; give a file name")
    if path.exists() and not path.is_file():
        raise PictureError(f"{path} is not a regular file; give another name")
