"""Pictures of characters on disk: grey squares of one size in one HDF5 file.

`images` (N, S, S) uint8, 0 is paper and 255 ink; columns `label` (code point), `writer`, `split`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
from PIL import Image

from data.cache import replacing
from data.errors import CorpusError
from data.formats.casia import Glyph
from data.hdf5.checked import attributes, column, dataset, opened, write_attributes
from data.hdf5.lazy import LazyColumn, LazyFile
from data.ink.packed import SPLITS, UNKNOWN

SCHEMA_VERSION = 1
KIND = "glyphs"
BLOCK = 1024  # pictures that are written at a time
BUDGET = 1 << 30  # bytes of pictures that are read into memory
SIZE_PX = 64
MARGIN_PX = 4  # of paper that is left on each side

Pixels = npt.NDArray[np.uint8]


def write_glyphs(
    path: Path,
    glyphs: Iterable[Glyph],
    *,
    facts: Mapping[str, str],
    split: str | Callable[[Glyph], str] = "train",
    size_px: int = SIZE_PX,
) -> int:
    """Write pictures, each fitted to `size_px`, and return how many; nothing is left on an error.

    `facts`: `source`, `licence` and `sha256`. Raises CorpusError where there are none.
    """
    writers: dict[str, int] = {}
    stream, count = iter(glyphs), 0
    with replacing(path) as temporary, h5py.File(temporary, "w") as file:
        # A picture is a chunk: one is read, or eight of those that the library keeps.
        file.create_dataset(
            "images",
            (0, size_px, size_px),
            "u1",
            maxshape=(None, size_px, size_px),
            chunks=(8, size_px, size_px),
        )
        for name, dtype in (("label", "u4"), ("writer", "i4"), ("split", "u1")):
            file.create_dataset(name, (0,), dtype, maxshape=(None,), chunks=True)
        while block := list(islice(stream, BLOCK)):
            parts = [split if isinstance(split, str) else split(glyph) for glyph in block]
            columns: dict[str, Any] = {
                "images": np.stack([fitted(255 - glyph.image, size_px) for glyph in block]),
                "label": [ord(glyph.char) for glyph in block],
                "writer": [
                    UNKNOWN if g.writer is None else writers.setdefault(g.writer, len(writers))
                    for g in block
                ],
                "split": [SPLITS.index(part) for part in parts],
            }
            for name, values in columns.items():
                file[name].resize(count + len(block), axis=0)
                file[name][count:] = values
            count += len(block)
        if count == 0:
            raise CorpusError(f"there are no pictures to write to {path}")
        write_attributes(file, {"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
        write_attributes(file, {"samples": count, "size_px": size_px})
        names = json.dumps(list(writers), ensure_ascii=False).encode()
        file["writers"] = np.frombuffer(names, np.uint8)
    return count


def fitted(image: Pixels, size_px: int = SIZE_PX) -> Pixels:
    """Ink on paper 0, (H, W), scaled into a square: proportions are kept, a margin is left."""
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
    """The pictures of a file: `label` (N,) uint32, `splits` (N,) uint8, `size_px`, `facts`.

    In memory up to `budget` bytes; above, read from the disk by each process for itself. Raises
    CorpusError where the file is damaged or not one of ours.
    """

    def __init__(self, path: Path, *, budget: int = BUDGET) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            images = dataset(file, "images", dtype="u1", shape=[None, None, None])
            rows, self.size_px, wide = images.shape
            self.label = column(file, "label", dtype="u4", shape=[rows])
            self.splits = column(file, "split", dtype="u1", shape=[rows])
            if wide != self.size_px or (self.label > 0x10FFFF).any():
                raise CorpusError(
                    f"{path}: the pictures are no squares, or a label is no character"
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
        """The pictures of these rows: (len(rows), S, S)."""
        if not self.is_lazy:
            return np.asarray(self._images[rows])
        return np.stack([self._images[int(row) : int(row) + 1][0] for row in rows])

    def __iter__(self) -> Iterator[tuple[str, Pixels]]:
        for row, label in enumerate(self.label):
            yield chr(label), self.images(np.array([row]))[0]
