"""The pictures of a folder, and where their paintings go. Needs no torch."""

from __future__ import annotations

from pathlib import Path

from style.errors import PictureError
from style.pictures.files import FORMATS

READABLE_SUFFIXES = (*FORMATS, ".gif", ".bmp")


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder, sorted by name. Raises PictureError where it has none."""
    pictures = sorted(p for p in folder.iterdir() if p.suffix.lower() in READABLE_SUFFIXES)
    if not pictures:
        raise PictureError(
            f"{folder} has no picture; supported suffixes: {', '.join(READABLE_SUFFIXES)}"
        )
    return pictures


def output_folder(path: Path) -> Path:
    """`path`, created where it does not exist. Raises PictureError where it is a file."""
    if path.exists() and not path.is_dir():
        raise PictureError(f"{path} is a file; CONTENT is a folder, so OUT must be a folder")
    path.mkdir(parents=True, exist_ok=True)
    return path


def output_path(picture: Path, folder: Path) -> Path:
    """Where the painting of a picture goes: under its own name, in `folder`.

    `.png` is appended to a name whose suffix we read but do not write (`.gif`, `.bmp`).
    """
    is_writable = picture.suffix.lower() in FORMATS
    return folder / (picture.name if is_writable else f"{picture.name}.png")
