"""Photos for training: a folder, such as ImageNet's with its class folders, or one HDF5 file.

A file holds N photos as scaled-down JPEGs: `encoded` uint8, their bytes one after another;
`photo_offsets` (N + 1,) int64, where each starts; `classes`, a JSON list of names; `label` (N,)
int64, indexes into it; `split` (N,) uint8, indexes into SPLITS.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image

from data.errors import CorpusError, NothingToWrite
from data.folders import files_below
from data.hdf5.checked import attributes, column, dataset, offsets, opened, write_attributes
from data.hdf5.created import created
from data.hdf5.lazy import LazyColumn, LazyFile
from data.ink.packed import SPLITS
from data.json_text import json_value
from data.pictures.opened_photo import SUFFIXES, opened_photo

SCHEMA_VERSION = 1
KIND = "photos"
QUALITY = 90  # of the JPEGs in a file
VALIDATION_EVERY = 50  # one photo in 50 is for validation where no folder says which are
SPLIT_FOLDERS = {"train": "train", "val": "validation", "validation": "validation", "test": "test"}
# Tiny-ImageNet's: the folder of photos within a class's or a split's, and the list of a split,
# with a photo's name, its class and more in each line, divided by tabs.
IMAGES, ANNOTATIONS = "images", "val_annotations.txt"


class Photos(Protocol):
    """A source of N photos.

    `classes`: their names; `labels`: (N,) int64, indexes into `classes`; `splits`: (N,) uint8,
    indexes into SPLITS.
    """

    classes: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    splits: npt.NDArray[np.uint8]

    def open(self, index: int, *, least_px: int) -> Image.Image:
        """A photo as RGB, upright. It may be decoded smaller, with sides of `least_px` or more."""


@dataclass(frozen=True)
class _FolderPhoto:
    path: Path
    class_name: str
    split: str


class PhotoFolder:
    """The photos below a folder, sorted by their paths; a class is a folder that holds photos.

    The folders `train`, `val` and `test` at the top are splits. Of other photos one in
    VALIDATION_EVERY, by the checksum of its name, is for validation. Photos in no folder have the
    class "". As in Tiny-ImageNet, a folder IMAGES in a class's is no class, and the classes of a
    split may stand in ANNOTATIONS. Raises CorpusError where there are no photos.
    """

    def __init__(self, folder: Path) -> None:
        annotated = _annotated(folder)
        photos = [
            _folder_photo(path, path.relative_to(folder), annotated)
            for path in files_below(folder, SUFFIXES)
        ]
        if not photos:
            raise CorpusError(f"{folder} has no photos; they end in {', '.join(SUFFIXES)}")
        self.paths = [photo.path for photo in photos]
        self.classes = tuple(sorted({photo.class_name for photo in photos}, key=_unnamed_last))
        labels = {name: n for n, name in enumerate(self.classes)}
        self.labels = np.array([labels[photo.class_name] for photo in photos], np.int64)
        self.splits = np.array([SPLITS.index(photo.split) for photo in photos], np.uint8)

    def open(self, index: int, *, least_px: int) -> Image.Image:
        return opened_photo(self.paths[index], str(self.paths[index]), least_px=least_px)


class PhotoFile:
    """The photos of an HDF5 file, which each process reads from the disk one at a time.

    Raises CorpusError where the file is damaged or not a file of photos.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            encoded = dataset(file, "encoded", dtype="u1", shape=[None])
            self._bounds = offsets(file, "photo_offsets", total=len(encoded), least=1)
            rows = len(self._bounds) - 1
            self.labels = column(file, "label", dtype="i8", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            names = json_value(column(file, "classes", dtype="u1", shape=[None]).tobytes())
            self.facts: dict[str, Any] = attributes(file)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise CorpusError(f"{path}: the classes are damaged")
        is_outside = (self.labels < 0) | (self.labels >= len(names))
        if is_outside.any() or (self.splits >= len(SPLITS)).any():
            raise CorpusError(f"{path}: a label or a split is out of range")
        self.classes = tuple(names)
        self._encoded = LazyColumn(LazyFile(path), "encoded", int(self._bounds[-1]))

    def open(self, index: int, *, least_px: int) -> Image.Image:
        data = self._encoded[int(self._bounds[index]) : int(self._bounds[index + 1])]
        return opened_photo(
            io.BytesIO(data.tobytes()), f"{self.path}, photo {index}", least_px=least_px
        )


def write_photos(
    path: Path,
    folder: PhotoFolder,
    *,
    size_px: int,
    facts: Mapping[str, str],
    report: Callable[[str], None] | None = None,
) -> int:
    """Write a folder's photos with shorter sides of at most `size_px`; return how many.

    `facts`: `source`, `licence` and `sha256`. A photo that cannot be read raises CorpusError;
    with `report` it is left out, and `report` is called with the reason.
    """
    written: list[int] = []
    bounds = [0]
    with created(path) as file:
        flat = file.create_dataset("encoded", (0,), "u1", maxshape=(None,), chunks=(1 << 16,))
        for index, data in encoded_photos(folder, size_px, report):
            flat.resize(bounds[-1] + len(data), axis=0)
            flat[bounds[-1] :] = np.frombuffer(data, np.uint8)
            bounds.append(bounds[-1] + len(data))
            written.append(index)
        if not written:
            raise NothingToWrite(f"there are no photos to write to {path}")
        file["photo_offsets"] = np.array(bounds, np.int64)
        file["label"], file["split"] = folder.labels[written], folder.splits[written]
        names = json.dumps(folder.classes, ensure_ascii=False).encode()
        file["classes"] = np.frombuffer(names, np.uint8)
        write_attributes(file, {"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
        write_attributes(file, {"samples": len(written), "size_px": size_px})
    return len(written)


def encoded_photos(
    folder: PhotoFolder, size_px: int, report: Callable[[str], None] | None
) -> Iterator[tuple[int, bytes]]:
    """Yields the index and the scaled-down JPEG of each photo; `report` as in `write_photos`."""
    for index in range(len(folder.paths)):
        try:
            image = folder.open(index, least_px=size_px)
        except CorpusError as error:
            if report is None:
                raise CorpusError(f"{error}; --skip-damaged leaves such photos out") from error
            report(str(error))
            continue
        if min(image.size) > size_px:
            scale = size_px / min(image.size)
            size = (round(image.width * scale), round(image.height * scale))
            image = image.resize(size, Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=QUALITY)
        yield index, buffer.getvalue()


def _folder_photo(path: Path, relative: Path, annotated: Mapping[Path, str]) -> _FolderPhoto:
    """The class and split of a photo, by its path below the folder or by an annotation."""
    parts: Sequence[str] = relative.parts[:-1]
    split = SPLIT_FOLDERS.get(parts[0].lower()) if parts else None
    if split is None:
        is_validation = zlib.crc32(str(relative).encode()) % VALIDATION_EVERY == 0
        split = "validation" if is_validation else "train"
    else:
        parts = parts[1:]
    if parts and parts[-1] == IMAGES:
        parts = parts[:-1]
    return _FolderPhoto(path, annotated.get(path, "/".join(parts)), split)


def _unnamed_last(class_name: str) -> tuple[bool, str]:
    """The order of classes: by name, and photos without a class behind the others."""
    return not class_name, class_name


def _annotated(folder: Path) -> dict[Path, str]:
    """The class of each photo that a list of a split names, as Tiny-ImageNet's validation."""
    classes = {}
    for file in sorted(filter(Path.is_file, folder.glob(f"*/{ANNOTATIONS}"))):
        for line in file.read_text("utf-8", errors="replace").splitlines():
            name, *rest = line.split("\t")
            if rest:
                classes[file.parent / IMAGES / name] = rest[0]
    return classes
