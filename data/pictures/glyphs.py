"""Pictures of characters on disk: grey squares of one size in one HDF5 file.

`images` (N, S, S) uint8, paper 0 and ink 255; `label` (N,) uint32, code points; `writer` (N,)
int32, indexes into the names in `writers` or UNKNOWN; `split` (N,) uint8, indexes into SPLITS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from PIL import Image

from data.errors import CorpusError, NothingToWrite
from data.formats.casia import Glyph
from data.hdf5.checked import attributes, column, dataset, opened, write_attributes
from data.hdf5.created import created
from data.hdf5.lazy import LazyColumn, LazyFile
from data.ink.packed import SPLITS, UNKNOWN

SCHEMA_VERSION = 1
KIND = "glyphs"
BLOCK = 1024  # pictures written at a time
BUDGET = 1 << 30  # bytes of pictures that are held in memory
SIZE_PX = 64
MARGIN_PX = 4  # of paper on each side

Pixels = npt.NDArray[np.uint8]


def write_glyphs(
    path: Path,
    glyphs: Iterable[Glyph],
    *,
    facts: Mapping[str, str],
    split: str | Callable[[Glyph], str] = "train",
    size_px: int = SIZE_PX,
) -> int:
    """Write pictures, each fitted to `size_px`, and return how many.

    `facts`: `source`, `licence` and `sha256`. `split`: one of SPLITS, or a function that gives it
    for a glyph. Raises CorpusError where there are no pictures. An error leaves no file.
    """
    writers: dict[str, int] = {}
    remaining, count = iter(glyphs), 0
    with created(path) as file:
        _create_datasets(file, size_px)
        while block := list(islice(remaining, BLOCK)):
            for name, values in _columns(block, split, size_px, writers).items():
                file[name].resize(count + len(block), axis=0)
                file[name][count:] = values
            count += len(block)
        if count == 0:
            raise NothingToWrite(f"there are no pictures to write to {path}")
        write_attributes(file, {"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
        write_attributes(file, {"samples": count, "size_px": size_px})
        names = json.dumps(list(writers), ensure_ascii=False).encode()
        file["writers"] = np.frombuffer(names, np.uint8)
    return count


def _create_datasets(file: h5py.File, size_px: int) -> None:
    # Eight pictures are a chunk: reading one reads eight, which the library keeps in memory.
    file.create_dataset(
        "images",
        (0, size_px, size_px),
        "u1",
        maxshape=(None, size_px, size_px),
        chunks=(8, size_px, size_px),
    )
    for name, dtype in (("label", "u4"), ("writer", "i4"), ("split", "u1")):
        file.create_dataset(name, (0,), dtype, maxshape=(None,), chunks=True)


def _columns(
    glyphs: Sequence[Glyph],
    split: str | Callable[[Glyph], str],
    size_px: int,
    writers: dict[str, int],
) -> dict[str, Any]:
    """The rows of some glyphs, by dataset; adds new writers to `writers`."""
    splits = [split if isinstance(split, str) else split(glyph) for glyph in glyphs]
    return {
        "images": np.stack([fitted(255 - glyph.image, size_px) for glyph in glyphs]),
        "label": [ord(glyph.char) for glyph in glyphs],
        "writer": [
            UNKNOWN if g.writer is None else writers.setdefault(g.writer, len(writers))
            for g in glyphs
        ],
        "split": [SPLITS.index(name) for name in splits],
    }


def fitted(image: Pixels, size_px: int = SIZE_PX) -> Pixels:
    """Scale a picture (H, W) uint8, paper 0, into a square with a margin; keeps its proportions."""
    height, width = image.shape
    inner = size_px - 2 * MARGIN_PX
    scale = inner / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(
        Image.fromarray(image).resize(size, Image.Resampling.BILINEAR, reducing_gap=2)
    )
    square = np.zeros((size_px, size_px), np.uint8)
    top, left = (size_px - size[1]) // 2, (size_px - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square


class Glyphs:
    """The pictures of a file.

    `label`: (N,) uint32, code points; `splits`: (N,) uint8, indexes into SPLITS; `size_px`: the
    side of the pictures; `facts`: the file's attributes. Up to `budget` bytes of pictures are held
    in memory; larger files are read by each process when needed (`is_lazy`). Raises CorpusError
    where the file is damaged or not a file of glyphs.
    """

    def __init__(self, path: Path, *, budget: int = BUDGET) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            images = dataset(file, "images", dtype="u1", shape=[None, None, None])
            rows, self.size_px, wide = images.shape
            self.label = column(file, "label", dtype="u4", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            if wide != self.size_px or (self.label > 0x10FFFF).any():
                raise CorpusError(
                    f"{path}: the pictures are not square, or a label is not a character"
                )
            if (self.splits >= len(SPLITS)).any():
                raise CorpusError(f"{path}: a split is out of range")
            self.is_lazy = images.nbytes > budget
            self.facts: dict[str, Any] = attributes(file)
            self._images: Any = (
                LazyColumn(LazyFile(path), "images", rows) if self.is_lazy else images[...]
            )

    def __len__(self) -> int:
        return len(self.label)

    def images(self, rows: npt.NDArray[np.int64]) -> Pixels:
        """The pictures of some rows: (len(rows), S, S) uint8."""
        if not self.is_lazy:
            return np.asarray(self._images[rows])
        return np.stack([self._images[int(row) : int(row) + 1][0] for row in rows])

    def __iter__(self) -> Iterator[tuple[str, Pixels]]:
        for row, label in enumerate(self.label):
            yield chr(label), self.images(np.array([row]))[0]
