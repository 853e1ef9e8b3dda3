"""Many pictures in one style, from a folder into a folder. Needs no torch."""

from __future__ import annotations

from pathlib import Path

from style.errors import PictureError
from style.pictures.files import FORMATS

READABLE = (*FORMATS, ".gif", ".bmp")


def pictures_in(folder: Path) -> list[Path]:
    """Its pictures by the alphabet. Raises PictureError where there are none."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in READABLE)
    if not found:
        raise PictureError(f"{folder} holds no picture: no {', '.join(READABLE)}")
    return found


def output_folder(path: Path) -> Path:
    """That folder, made if need be. Raises PictureError where there is a file."""
    if path.exists() and not path.is_dir():
        raise PictureError(f"{path} is a file; CONTENT is a folder, so give a folder")
    path.mkdir(parents=True, exist_ok=True)
    return path


def output_of(picture: Path, folder: Path) -> Path:
    """Where the painting of a picture goes: its own name, with .png where it cannot be written."""
    is_kept = picture.suffix.lower() in FORMATS
    return folder / (picture.name if is_kept else f"{picture.name}.png")
