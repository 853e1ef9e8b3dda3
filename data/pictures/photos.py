"""Photos for training: a folder, ImageNet's class folders among them, or one HDF5 file.

A file holds the photos as JPEG, scaled down: flat `encoded` bytes by `photo_offsets`, `label` (an
index into the attribute `classes`) and `split`.
"""

from __future__ import annotations

import io
import json
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import h5py
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from data.cache import replacing
from data.errors import CorpusError
from data.hdf5.checked import attributes, column, dataset, offsets, opened, write_attributes
from data.hdf5.lazy import LazyColumn, LazyFile
from data.ink.packed import SPLITS

SCHEMA_VERSION = 1
KIND = "photos"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")
QUALITY = 90  # of the JPEGs in a file
MOST_PIXELS = 128_000_000
ASIDE = 50  # one photo in so many is for validation where no folder says so
NAMES = {"train": "train", "val": "validation", "validation": "validation", "test": "test"}


class Photos(Protocol):
    """Where photos come from. `labels` (N,) int64 into `classes`; `splits` (N,) uint8."""

    classes: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    splits: npt.NDArray[np.uint8]

    def open(self, place: int, *, least_px: int) -> Image.Image:
        """A photo as RGB, upright; its shorter side may have been halved down to `least_px`."""


def open_photos(path: Path) -> Photos:
    """A folder or a file built by `hitsujun data build photos`. Raises CorpusError."""
    return PhotoFolder(path) if path.is_dir() else PhotoFile(path)


@dataclass(frozen=True)
class _Found:
    path: Path
    name: str
    split: str


class PhotoFolder:
    """The photos below a folder, by their paths; a class is a folder that holds photos.

    Folders `train`, `val` and `test` at the top are splits; without them one in ASIDE, by the
    checksum of its name, is for validation. Photos beside each other without folders have one
    class, "". Raises CorpusError where there are none.
    """

    def __init__(self, folder: Path) -> None:
        paths = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES]
        found = [_placed(path, path.relative_to(folder)) for path in paths]
        if not found:
            raise CorpusError(f"{folder} has no photos; they are {', '.join(SUFFIXES)}")
        self.paths = [one.path for one in found]
        self.classes = tuple(sorted({one.name for one in found}))
        place = {name: n for n, name in enumerate(self.classes)}
        self.labels = np.array([place[one.name] for one in found], np.int64)
        self.splits = np.array([SPLITS.index(one.split) for one in found], np.uint8)

    def open(self, place: int, *, least_px: int) -> Image.Image:
        return opened_photo(self.paths[place], str(self.paths[place]), least_px=least_px)


class PhotoFile:
    """The photos of an HDF5 file, read from the disk one at a time, in each process for itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            encoded = dataset(file, "encoded", dtype="u1", shape=[None])
            self._bounds = offsets(file, "photo_offsets", total=len(encoded), least=1)
            rows = len(self._bounds) - 1
            self.labels = column(file, "label", dtype="i8", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            names = json.loads(column(file, "classes", dtype="u1", shape=[None]).tobytes())
            self.facts: dict[str, Any] = attributes(file)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise CorpusError(f"{path}: the classes are damaged")
        outside = (self.labels < 0) | (self.labels >= len(names))
        if outside.any() or (self.splits >= len(SPLITS)).any():
            raise CorpusError(f"{path}: a label or a split is out of range")
        self.classes = tuple(names)
        self._encoded = LazyColumn(LazyFile(path), "encoded", int(self._bounds[-1]))

    def open(self, place: int, *, least_px: int) -> Image.Image:
        data = self._encoded[int(self._bounds[place]) : int(self._bounds[place + 1])]
        return opened_photo(
            io.BytesIO(data.tobytes()), f"{self.path}, photo {place}", least_px=least_px
        )


def write_photos(
    path: Path,
    folder: PhotoFolder,
    *,
    size_px: int,
    facts: Mapping[str, str],
    report: Callable[[str], None] | None = None,
) -> int:
    """Write a folder's photos with shorter sides of at most `size_px`; returns how many.

    A photo that cannot be read is an error, or is told to `report` and left out.
    """
    kept: list[int] = []
    bounds = [0]
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        flat = file.create_dataset("encoded", (0,), "u1", maxshape=(None,), chunks=(1 << 16,))
        for place, data in _encoded(folder, size_px, report):
            flat.resize(bounds[-1] + len(data), axis=0)
            flat[bounds[-1] :] = np.frombuffer(data, np.uint8)
            bounds.append(bounds[-1] + len(data))
            kept.append(place)
        if not kept:
            raise CorpusError(f"there are no photos to write to {path}")
        file["photo_offsets"] = np.array(bounds, np.int64)
        file["label"], file["split"] = folder.labels[kept], folder.splits[kept]
        names = json.dumps(folder.classes, ensure_ascii=False).encode()
        file["classes"] = np.frombuffer(names, np.uint8)
        write_attributes(file, {"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
        write_attributes(file, {"samples": len(kept), "size_px": size_px})
    return len(kept)


def opened_photo(file: Path | io.BytesIO, name: str, *, least_px: int = 0) -> Image.Image:
    """A photo as RGB, upright. Raises CorpusError that names it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(file) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise CorpusError(f"{name} has more than {MOST_PIXELS // 10**6} megapixels")
                if least_px:
                    image.draft("RGB", (least_px, least_px))  # JPEG: decoded at a half or less
                return ImageOps.exif_transpose(image).convert("RGB")
        except (UnidentifiedImageError, Image.DecompressionBombError) as error:
            raise CorpusError(f"{name} is no photo that can be read") from error
        except (OSError, SyntaxError, ValueError, zlib.error) as error:
            if isinstance(error, CorpusError):
                raise
            raise CorpusError(f"{name} is damaged: {error}") from error


def _placed(path: Path, inside: Path) -> _Found:
    parts: Sequence[str] = inside.parts[:-1]
    if parts and parts[0].lower() in NAMES:
        return _Found(path, "/".join(parts[1:]), NAMES[parts[0].lower()])
    is_aside = zlib.crc32(str(inside).encode()) % ASIDE == 0
    return _Found(path, "/".join(parts), "validation" if is_aside else "train")


def _encoded(
    folder: PhotoFolder, size_px: int, report: Callable[[str], None] | None
) -> Iterator[tuple[int, bytes]]:
    for place in range(len(folder.paths)):
        try:
            image = folder.open(place, least_px=size_px)
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
        yield place, buffer.getvalue()
