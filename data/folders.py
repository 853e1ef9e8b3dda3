"""The files below a folder that a reader takes."""

from __future__ import annotations

from pathlib import Path


def files_below(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The regular files with one of `suffixes`, in any case, sorted by their paths.

    Folders are left out, and pipes and devices, which a reader would wait for.
    """
    paths = (path for path in folder.rglob("*") if path.suffix.lower() in suffixes)
    return sorted(path for path in paths if path.is_file())
