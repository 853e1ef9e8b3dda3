"""Photos for training in LitData's form, which may lie in a bucket: more than one disk holds.

A store is a folder of chunks with LitData's `index.json`. It has N + 1 pieces of bytes: N photos as
scaled-down JPEGs, and a table in JSON with the keys of `_TABLE` and the facts. A photo is read by
itself, from a bucket by requests for its range of bytes; only the index is kept on the disk.
"""

from __future__ import annotations

import io
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from data.cache import cache_dir
from data.errors import CorpusError, DataError, NothingToWrite
from data.ink.packed import SPLITS
from data.json_text import json_value
from data.pictures.opened_photo import opened_photo
from data.pictures.photos import PhotoFolder, encoded_photos
from data.writable import check_writable

SUFFIX = ".litdata"
KIND, SCHEMA_VERSION = "photo store", 1
BUCKETS = ("s3", "gs", "azure")  # the schemes of URLs
CHUNK_BYTES = 1 << 26
_INDEX = "index.json"
_CHUNK = re.compile(r"chunk-\d+-\d+\.bin")
_TABLE = ("kind", "schema_version", "classes", "label", "split")


class PhotoStore:
    """The photos of a store; `place` is a folder or the URL of one in a bucket.

    Each process opens the store for itself. Raises CorpusError where it is damaged or is none, and
    DataError where LitData is not installed.
    """

    def __init__(self, place: str | Path) -> None:
        self.place = str(place)
        self._opened: Any = None
        self._owner = 0  # the process that has the store open
        self._is_remote = is_url(self.place)
        if self._is_remote and self.place.partition("://")[0] not in BUCKETS:
            raise DataError(f"{self.place} is of none of {', '.join(f'{b}://' for b in BUCKETS)}")
        if not self._is_remote:
            self._count = _checked_index(Path(self.place), self.place) - 1
        table = _checked_table(self._read(-1), self.place, self._count)
        self.classes = tuple(table["classes"])
        self.labels = np.array(table["label"], np.int64)
        self.splits = np.array(table["split"], np.uint8)
        self.facts = {name: one for name, one in table.items() if name not in _TABLE[2:]}

    def open(self, index: int, *, least_px: int) -> Image.Image:
        data = self._read(index)
        return opened_photo(io.BytesIO(data), f"{self.place}, photo {index}", least_px=least_px)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_owner": 0, "_opened": None}

    def _read(self, index: int) -> bytes:
        """A photo's bytes; those of the table for -1."""
        with _named_errors(self.place):
            if self._opened is None or self._owner != os.getpid():
                self._opened, self._owner = self._dataset(), os.getpid()
            return bytes(self._opened[self._count if index < 0 else index])

    def _dataset(self) -> Any:
        StreamingDataset = _litdata("StreamingDataset")
        if not self._is_remote:
            return StreamingDataset(self.place)
        kept = cache_dir() / "litdata"
        kept.mkdir(parents=True, exist_ok=True)
        dataset = StreamingDataset(self.place, cache_dir=str(kept))
        self._count = _checked_index(Path(dataset.input_dir.path), self.place, remote=True) - 1
        return dataset


def is_store(place: str | Path) -> bool:
    """Whether a path or a URL names a store, by its suffix or by what lies in it."""
    path = Path(place)
    return is_url(place) or path.suffix.lower() == SUFFIX or (path / _INDEX).is_file()


def is_url(place: str | Path) -> bool:
    """Whether it is a URL, not a path."""
    return isinstance(place, str) and "://" in place


def write_store(
    path: Path,
    folder: PhotoFolder,
    *,
    size_px: int,
    facts: Mapping[str, str],
    report: Callable[[str], None] | None = None,
) -> int:
    """As `write_photos`, but in a new folder of LitData's form.

    Raises DataError where LitData is not installed.
    """
    written: list[int] = []
    with _new_folder(path) as partial:
        cache = _litdata("streaming.Cache")(str(partial), chunk_bytes=CHUNK_BYTES)
        for index, data in encoded_photos(folder, size_px, report):
            cache[len(written)] = data
            written.append(index)
        if not written:
            raise NothingToWrite(f"there are no photos to write to {path}")
        columns = folder.classes, folder.labels[written].tolist(), folder.splits[written].tolist()
        table = dict(zip(_TABLE, (KIND, SCHEMA_VERSION, *columns), strict=True)) | dict(facts)
        table |= {"samples": len(written), "size_px": size_px}
        cache[len(written)] = json.dumps(table, ensure_ascii=False).encode()
        cache.done()
        cache.merge()
    return len(written)


def check_new_store(path: Path) -> None:
    """Raises DataError where `path` is there already, and OSError where it cannot be written."""
    if path.exists() or path.is_symlink():
        raise DataError(f"{path} is there already: remove it, or give another name")
    check_writable(path)


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill, which is `path` at the end of the block, and gone after an error."""
    check_new_store(path)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    partial.mkdir(parents=True)
    try:
        yield partial
        os.replace(partial, path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _litdata(name: str) -> Any:
    """Something of LitData, which takes seconds to import. Raises DataError where it is missing."""
    from importlib import import_module

    module, _, attribute = f"litdata.{name}".rpartition(".")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise DataError("photos in LitData's form need: pip install 'hitsujun[stream]'") from error


@contextmanager
def _named_errors(place: str) -> Iterator[None]:
    """LitData and the clients of buckets raise errors of any kind."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CorpusError(f"{place} cannot be read: {reason}") from error


def _checked_index(folder: Path, place: str, *, remote: bool = False) -> int:
    """How many pieces a store has, by its index, which must be one that `write_store` wrote.

    LitData alone would unpickle what an index tells it to, and wait for chunks that are missing.
    """
    if not folder.is_dir():
        raise CorpusError(f"{place} is not a folder of photos in LitData's form")
    if not (folder / _INDEX).is_file():
        raise CorpusError(f"{place} has no {_INDEX}: it is no store of photos")
    try:
        index = json_value((folder / _INDEX).read_bytes())
        config, chunks = index["config"], index["chunks"]
        is_plain = config["data_format"] == ["bytes"] and config["item_loader"] == "PyTreeLoader"
        is_plain &= config["compression"] is config["encryption"] is None and "format" not in config
        sizes = {str(one["filename"]): int(one["chunk_bytes"]) for one in chunks}
        pieces = [int(one["chunk_size"]) for one in chunks]
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"{place}: {_INDEX} is damaged: {error!r}") from error
    if not is_plain or not all(map(_CHUNK.fullmatch, sizes)) or min(pieces, default=0) < 1:
        raise CorpusError(f"{place}: {_INDEX} is not one of hitsujun data build photos")
    for name, size in sizes.items() if not remote else ():
        if not (folder / name).is_file() or (folder / name).stat().st_size != size:
            raise CorpusError(f"{place}: {name} is missing or has another size than {_INDEX} says")
    return sum(pieces)


def _checked_table(data: bytes, place: str, count: int) -> dict[str, Any]:
    """The table of a store of `count` photos."""
    try:
        table: dict[str, Any] = json_value(data)
        kind, version, classes, label, split = (table[name] for name in _TABLE)
        is_ours = kind == KIND and version == SCHEMA_VERSION
        is_ours &= all(isinstance(name, str) for name in classes)
        is_ours &= len(label) == len(split) == count
        is_ours &= all(type(n) is int and 0 <= n < len(classes) for n in label)
        is_ours &= all(type(n) is int and 0 <= n < len(SPLITS) for n in split)
    except (KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"{place}: the table of its photos is damaged") from error
    if not is_ours:
        raise CorpusError(f"{place}: the table of its photos is damaged")
    return table
