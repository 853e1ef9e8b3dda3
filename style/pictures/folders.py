"""The pictures of a folder, and where their paintings go. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from style.errors import PictureError
from style.pictures.output import FORMATS

READABLE_SUFFIXES = (*FORMATS, ".jfif", ".gif", ".bmp", ".avif", ".heic", ".heif")


def pictures_in(folder: Path) -> list[Path]:
    """The picture files of a folder, sorted by name. Raises PictureError where it has none.

    Left out are folders, links to files that are gone, and hidden files, such as the `._x.png` that
    macOS writes beside `x.png` on other systems' disks.
    """
    pictures = sorted(path for path in folder.iterdir() if _is_picture_file(path))
    if not pictures:
        raise PictureError(
            f"{folder} has no picture; supported suffixes: {', '.join(READABLE_SUFFIXES)}"
        )
    return pictures


def output_folder(path: Path) -> Path:
    """`path`, created where it does not exist.

    Raises PictureError where it is a file, or has the name of one.
    """
    if not path.is_dir() and (path.exists() or path.suffix.lower() in READABLE_SUFFIXES):
        kind = "is a file" if path.exists() else "is the name of a picture"
        raise PictureError(f"{path} {kind}; CONTENT is a folder, so OUT must be a folder")
    path.mkdir(parents=True, exist_ok=True)
    return path


def output_path(picture: Path, folder: Path) -> Path:
    """Where the painting of a picture goes: under its own name, in `folder`.

    `.png` is appended to a name whose suffix we read but do not write (`.gif`, `.bmp`, `.avif`).
    """
    is_writable = picture.suffix.lower() in FORMATS
    return folder / (picture.name if is_writable else f"{picture.name}.png")


def output_paths(pictures: Iterable[Path], folder: Path) -> dict[Path, Path]:
    """The `output_path` of each picture. Raises PictureError where two have the same."""
    outputs: dict[Path, Path] = {}
    by_output: dict[Path, Path] = {}
    for picture in pictures:
        output = output_path(picture, folder)
        if output in by_output:
            raise PictureError(
                f"the paintings of {by_output[output]} and {picture} would both be {output};"
                " rename one of them"
            )
        outputs[picture], by_output[output] = output, picture
    return outputs


def _is_picture_file(path: Path) -> bool:
    is_hidden = path.name.startswith(".")
    return path.suffix.lower() in READABLE_SUFFIXES and not is_hidden and path.is_file()
