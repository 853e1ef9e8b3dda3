"""ImageNet's own tars as photos, read where they lie: nothing is unpacked.

`ILSVRC2012_img_train.tar` holds a tar for each class, `ILSVRC2012_img_val.tar` the validation
photos, whose classes are in `ILSVRC2012_devkit_t12.tar.gz`.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from PIL import Image

from data.errors import CorpusError
from data.ink.packed import SPLITS
from data.pictures.opened_photo import SUFFIXES, opened_photo

TRAIN, VALIDATION = "ILSVRC2012_img_train.tar", "ILSVRC2012_img_val.tar"
DEVKIT = "ILSVRC2012_devkit_t12.tar.gz"
TRUTH, META = "ILSVRC2012_validation_ground_truth.txt", "meta.mat"  # files in the devkit


@dataclass(frozen=True)
class _Place:
    """Where the bytes of a photo are in a tar."""

    name: str
    offset: int
    size: int


class PhotoTars:
    """The photos of ImageNet's tars in a folder; training photos first.

    The headers of all photos are read once, which takes a minute for ImageNet-1k. Raises
    CorpusError where a tar is damaged or missing.
    """

    def __init__(self, folder: Path) -> None:
        self._files = _Files([folder / TRAIN, folder / VALIDATION])
        training = list(_training(folder / TRAIN))
        validation = list(_validation(folder)) if (folder / VALIDATION).is_file() else []
        self.classes = tuple(sorted({name for name, _ in training}))
        labels = {name: label for label, name in enumerate(self.classes)}
        if unknown := {name for name, _ in validation} - set(labels):
            raise CorpusError(f"{folder / DEVKIT}: {TRAIN} has no class {min(unknown)}")
        self.labels = np.array([labels[name] for name, _ in training + validation], np.int64)
        counts = [len(training), len(validation)]
        self.splits = np.repeat(np.arange(2, dtype=np.uint8), counts)
        assert SPLITS[:2] == ("train", "validation")
        self._names = [place.name for _, place in training + validation]
        places = [(place.offset, place.size) for _, place in training + validation]
        self._places = np.array(places, np.int64).reshape(-1, 2)

    def open(self, index: int, *, least_px: int) -> Image.Image:
        offset, size = self._places[index].tolist()
        data = self._files.read(int(self.splits[index]), offset, size)
        return opened_photo(io.BytesIO(data), self._names[index], least_px=least_px)


def has_photo_tars(folder: Path) -> bool:
    """Whether a folder has ImageNet's tars."""
    return (folder / TRAIN).is_file()


@dataclass
class _Files:
    """Files that each process opens when it first reads them."""

    paths: list[Path]
    _opened: dict[tuple[int, int], int] = field(default_factory=dict)

    def read(self, number: int, offset: int, size: int) -> bytes:
        key = (os.getpid(), number)
        if key not in self._opened:
            self._opened[key] = os.open(self.paths[number], os.O_RDONLY)
        return os.pread(self._opened[key], size, offset)

    def __getstate__(self) -> dict[str, Any]:
        return {"paths": self.paths, "_opened": {}}


def _training(path: Path) -> Iterator[tuple[str, _Place]]:
    """The class and the place of each photo: one tar for each class, in a tar."""
    with path.open("rb") as file:
        for tar in _members(file, path, 0):
            if tar.name.endswith(".tar"):
                file.seek(tar.offset)
                inner = _Part(file, tar.offset, tar.size)
                for photo in _members(inner, Path(tar.name), tar.offset):
                    yield Path(tar.name).stem, photo


def _validation(folder: Path) -> Iterator[tuple[str, _Place]]:
    """The class and the place of each photo, in the order of their names."""
    with (folder / VALIDATION).open("rb") as file:
        photos = sorted(_members(file, folder / VALIDATION, 0), key=lambda place: place.name)
    photos = [place for place in photos if place.name.lower().endswith(SUFFIXES)]
    classes = _validation_classes(folder / DEVKIT)
    if len(classes) != len(photos):
        raise CorpusError(f"{folder}: {len(photos)} validation photos, {len(classes)} classes")
    return zip(classes, photos, strict=True)


def _validation_classes(devkit: Path) -> list[str]:
    """The class of each validation photo, by the names that the training's tars have."""
    from scipy.io import loadmat

    if not devkit.is_file():
        raise CorpusError(f"{devkit} is missing: it has the classes of {VALIDATION}")
    try:
        with tarfile.open(devkit) as tar:
            files = {Path(m.name).name: m for m in tar if Path(m.name).name in (TRUTH, META)}
            content = {name: tar.extractfile(member) for name, member in files.items()}
            numbers = content[TRUTH].read().split()  # type: ignore[union-attr]
            meta = loadmat(cast("Any", content[META]), squeeze_me=True)
        synsets = np.atleast_1d(meta["synsets"])
        names = {int(one["ILSVRC2012_ID"]): str(one["WNID"]) for one in synsets}
        return [names[int(number)] for number in numbers]
    except (tarfile.TarError, KeyError, ValueError, OSError, EOFError) as error:
        raise CorpusError(f"{devkit} is damaged: {error}") from error


def _members(file: IO[bytes] | _Part, path: Path, start: int) -> Iterator[_Place]:
    """The files of an uncompressed tar that begins at `start` of the whole file."""
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", file), mode="r:") as tar:
            for member in tar:
                if member.isfile():
                    yield _Place(member.name, start + member.offset_data, member.size)
                tar.members = []  # type: ignore[attr-defined]  # else it keeps all of a million
    except tarfile.TarError as error:
        raise CorpusError(f"{path} is damaged: {error}") from error


class _Part(io.RawIOBase):
    """A part of a file, as a file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def read(self, size: int = -1) -> bytes:
        left = self._size - self._at
        self._file.seek(self._start + self._at)
        data = self._file.read(left if size < 0 else min(size, left))
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
