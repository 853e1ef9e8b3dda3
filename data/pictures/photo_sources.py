"""What photos for training may be given as."""

from __future__ import annotations

from pathlib import Path

from data.pictures.photo_store import PhotoStore, is_store
from data.pictures.photo_tars import PhotoTars, has_photo_tars
from data.pictures.photos import PhotoFile, PhotoFolder, Photos


def open_photos(place: str | Path) -> Photos:
    """Open a folder, ImageNet's tars in a folder, or what `hitsujun data build photos` wrote.

    That is a file, or a store: a folder, or the URL of one in a bucket. Raises CorpusError where
    the folder has no photos, or a file or a store is damaged.
    """
    if is_store(place):
        return PhotoStore(place)
    path = Path(place)
    if not path.is_dir():
        return PhotoFile(path)
    return PhotoTars(path) if has_photo_tars(path) else PhotoFolder(path)
