"""Reference sets on disk: `ja` from KanjiVG, `zh` from makemeahanzi.

A set is an HDF5 file of flat arrays: `points` (P, 2) float32, rounded to DECIMALS so that JSON has
the same points as the service grades by; by strokes at `stroke_offsets`;
strokes by characters at `sample_offsets`; `label` uint32, the code points in ascending order; and
`extra` uint8, a JSON object for each character at `extra_offsets`. `ja` is written to the cache on
first use, from the file that ships.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.cache import cache_dir
from data.content import refuse_pipe
from data.errors import CorpusError, ReferenceMissing
from data.hdf5.checked import attributes, column, offsets, opened, starts, write_attributes
from data.hdf5.created import created
from data.ink import Points
from data.references.reference import DECIMALS, Component, Reference, ReferenceStroke
from data.references.sets import REFERENCE_SETS
from data.references.shipped import shipped
from data.suggestions import did_you_mean

__all__ = [
    "Component",
    "Reference",
    "ReferenceStroke",
    "ReferenceTable",
    "build_references",
    "load_references",
    "merged_references",
    "references_path",
    "write_references",
]

SCHEMA_VERSION = 8
KIND = "references"
SECONDS = {"ja": "10 to 30 seconds", "zh": "some seconds"}


def load_references(name: str = "ja", *, path: Path | None = None) -> ReferenceTable:
    """The references of a set, or of the file `path`, by character.

    `ja` is written first where the cache has none, or one that cannot be read. Raises
    ReferenceMissing where the set or file does not exist, CorpusError where the file is damaged.
    """
    return _read(references_path(name) if path is None else path, name, path is None)


def merged_references(names: Sequence[str]) -> Mapping[str, Reference]:
    """The references of several sets; the first set that has a character counts."""
    merged: dict[str, Reference] = {}
    for name in reversed(names):
        merged.update(load_references(name))
    return merged


def references_path(name: str) -> Path:
    """Where the built file of a set lies in the cache."""
    if name not in REFERENCE_SETS:
        raise ReferenceMissing(
            f"unknown reference set {name!r}; available: {', '.join(REFERENCE_SETS)}"
            f"{did_you_mean(name, REFERENCE_SETS)}"
        )
    return _path_in(cache_dir(), name)


@cache  # as joining paths takes longer than all else that a loaded set needs
def _path_in(folder: Path, name: str) -> Path:
    return folder / f"references-{name}-{SCHEMA_VERSION}.h5"


def build_references(
    name: str = "ja", *, path: Path | None = None, source: Path | None = None, anew: bool = False
) -> Path:
    """Build a set and return the path of its file, `path` or one in the cache.

    Lines of progress go to stderr. `ja` is taken from the file that ships, where that is of the
    installed version of KanjiVG. `anew`: it is read from KanjiVG's files in any case.

    `zh` is built from `source`: graphics.txt, or hanzi-writer-data as a folder or .tgz. The default
    is the tarball that `hitsujun data fetch makemeahanzi` keeps in the cache. Raises
    ReferenceMissing where the source does not exist.
    """
    target = references_path(name) if path is None else path
    if name == "ja" and source is not None:
        raise ReferenceMissing("ja is built from the installed package kanjivg alone")
    if name == "ja" and not anew and (ready := shipped(SCHEMA_VERSION)):
        _write_columns(target, *ready)
    else:
        read = _ja if name == "ja" else partial(_zh, _zh_source(source))
        _say(f"building the reference set {name}, once; this takes {SECONDS[name]} ...")
        references, facts = read()
        write_references(target, references, facts=facts | {"name": name})
    _read.cache_clear()
    return target


def _ja() -> tuple[Iterable[Reference], dict[str, str]]:
    from data.references.kanjivg import LICENCE, KanjiVG

    kanjivg = KanjiVG(_say)
    return kanjivg, {"source": kanjivg.source, "licence": LICENCE, "sha256": kanjivg.sha256()}


def _zh_source(source: Path | None) -> Path:
    """What zh is built from. Raises ReferenceMissing where it is not there, InkError for a pipe."""
    from data.references.download import PACKAGES

    source = source or PACKAGES["makemeahanzi"].path
    if not source.exists():
        raise ReferenceMissing(
            f"the set zh is built from {source}, which does not exist: run hitsujun data fetch"
            " makemeahanzi, or hitsujun data build references --set zh --from PATH with"
            " makemeahanzi's graphics.txt, or hanzi-writer-data, a folder or .tgz"
        )
    refuse_pipe(source)
    return source


def _zh(source: Path) -> tuple[Iterable[Reference], dict[str, str]]:
    from data.references.makemeahanzi import LICENCE, SOURCE, read_references, source_sha256

    facts = {"source": SOURCE, "licence": LICENCE, "sha256": source_sha256(source)}
    return read_references(source), facts


def _write_columns(
    path: Path, columns: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any]
) -> None:
    with created(path) as file:
        write_attributes(file, facts)
        for name, values in columns.items():
            file[name] = values


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def write_references(
    path: Path, references: Iterable[Reference], *, facts: Mapping[str, str]
) -> None:
    """Write a reference file; `facts`: `name`, `source`, `licence` and `sha256`.

    Raises ReferenceMissing where there are no references.
    """
    with created(path) as file:  # which fails at once where it cannot be written
        rows = sorted(references, key=lambda reference: ord(reference.character))
        if not rows:
            raise ReferenceMissing("there are no references to write")
        _write(file, rows, facts)


def _write(file: Any, rows: Sequence[Reference], facts: Mapping[str, str]) -> None:
    strokes = [stroke for row in rows for stroke in row.strokes]
    extra = [json.dumps(_extra(row), ensure_ascii=False).encode() for row in rows]
    write_attributes(file, {"kind": KIND, "schema_version": SCHEMA_VERSION, **facts})
    write_attributes(file, {"characters": len(rows), "strokes": len(strokes)})
    file["points"] = _rounded(np.concatenate([s.points for s in strokes])).astype(np.float32)
    file["stroke_offsets"] = starts([len(stroke.points) for stroke in strokes])
    file["sample_offsets"] = starts([len(row.strokes) for row in rows])
    file["label"] = np.array([ord(row.character) for row in rows], np.uint32)
    file["extra"] = np.frombuffer(b"".join(extra), np.uint8)
    file["extra_offsets"] = starts([len(text) for text in extra])


class ReferenceTable(Mapping[str, Reference]):
    """The references of a file by character; each is decoded on first use and cached.

    `facts`: the file's attributes. Raises CorpusError where the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        with opened(path, kind=KIND, version=SCHEMA_VERSION) as file:
            self._points = column(file, "points", dtype="f4", shape=[None, 2])
            labels = column(file, "label", dtype="u4", shape=[None])
            self._samples = column(file, "sample_offsets", dtype="i8", shape=[len(labels) + 1])
            count = int(self._samples[-1])
            offsets(file, "sample_offsets", total=count, rows=len(labels), least=1)
            self._strokes = offsets(
                file, "stroke_offsets", total=len(self._points), rows=count, least=2
            )
            self._extra = column(file, "extra", dtype="u1", shape=[None]).tobytes()
            self._extras = offsets(
                file, "extra_offsets", total=len(self._extra), rows=len(labels), least=2
            )
            self.facts: dict[str, Any] = attributes(file)
            if len(labels) and (labels.max() > 0x10FFFF or (np.diff(labels.astype(int)) < 1).any()):
                raise CorpusError(f"{path}: the labels are not code points in ascending order")
        self._points.flags.writeable = False
        self.path = path
        self._rows = {chr(label): row for row, label in enumerate(labels)}
        self._decoded: dict[str, Reference] = {}

    def __getitem__(self, character: str) -> Reference:
        if character not in self._decoded:
            self._decoded[character] = self._reference(character, self._rows[character])
        return self._decoded[character]

    def __contains__(self, character: object) -> bool:
        return character in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def strokes_of_each(self) -> npt.NDArray[np.int64]:
        """The number of strokes of each character: (N,) int64, in the order of the file."""
        return np.asarray(np.diff(self._samples))

    def _reference(self, character: str, row: int) -> Reference:
        first, last = self._samples[row : row + 2]
        bounds = self._strokes[first : last + 1]
        points = [self._points[a:b] for a, b in pairwise(bounds)]
        try:
            extra = json.loads(self._extra[self._extras[row] : self._extras[row + 1]])
            types, orders = extra["types"], tuple(tuple(order) for order in extra["orders"])
            if any(sorted(order) != list(range(len(points))) for order in orders):
                raise ValueError("an order is not a permutation of the strokes")
            strokes = tuple(ReferenceStroke(*s) for s in zip(points, types, strict=True))
            parts = Component.from_dict(extra["parts"]) if extra.get("parts") else None
            sources = tuple(extra["order_sources"])
            forms = tuple(_form(character, form) for form in extra["forms"])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CorpusError(f"{self.path}: {character!r} is damaged: {error}") from error
        source, licence = str(self.facts.get("source", "")), str(self.facts.get("licence", ""))
        return Reference(character, strokes, orders, parts, source, licence, sources, forms)


def _extra(row: Reference) -> dict[str, Any]:
    """What is not stored in arrays, as JSON values: types, orders, forms and parts."""
    extra: dict[str, Any] = {
        "types": [stroke.type for stroke in row.strokes],
        "orders": row.orders,
        "order_sources": row.order_sources,
        "forms": [
            {
                "source": form.source,
                "licence": form.licence,
                "types": [stroke.type for stroke in form.strokes],
                "strokes": [_rounded(stroke.points).tolist() for stroke in form.strokes],
            }
            for form in row.forms
        ],
    }
    return extra if row.components is None else extra | {"parts": row.components.to_dict()}


def _rounded(points: Points) -> npt.NDArray[np.float64]:
    return np.asarray(np.round(points.astype(np.float64), DECIMALS), np.float64)


def _form(character: str, wire: dict[str, Any]) -> Reference:
    """One of `forms` as `_extra` wrote it. Raises ValueError where it is damaged."""
    strokes = []
    for points, kind in zip(wire["strokes"], wire["types"], strict=True):
        line = np.array(points, np.float32)
        if line.ndim != 2 or line.shape[1] != 2 or len(line) < 2 or not np.isfinite(line).all():
            raise ValueError("a stroke of a form is not a line of finite points")
        strokes.append(ReferenceStroke(line, kind))
    if not strokes:
        raise ValueError("a form has no strokes")
    source, licence = wire["source"], wire["licence"]
    return Reference(character, tuple(strokes), source=source, licence=licence)


@lru_cache(maxsize=4)
def _read(path: Path, name: str, build: bool) -> ReferenceTable:
    """The table of a file, cached; `build` builds the set where the file does not exist.

    The set `ja` of the cache, which always can be built, is built again where its file is damaged
    or of another schema.
    """
    if not path.is_file():
        if not build:
            raise ReferenceMissing(f"there is no reference file {path}")
        build_references(name, path=path)
    try:
        return ReferenceTable(path)
    except CorpusError as error:
        if not build or name != "ja":
            raise
        _say(f"{error}; it is built again")
        build_references(name, path=path)
        return ReferenceTable(path)
