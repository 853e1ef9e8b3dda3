"""Read makemeahanzi, the Chinese reference set: graphics.txt, or npm's hanzi-writer-data.

`graphics.txt` has one JSON object a line, with `character` and `medians`. Where `dictionary.txt`
lies beside it, components are read from there (`data.references.hanzi_dictionary`). The npm package
hanzi-writer-data, a folder or a .tgz, has the same medians in one `<character>.json` for each
character. Medians are [x, y] in pen order, in a box of 1024, with y up from -124 to 900. Licence of
the strokes: Arphic Public License.
https://github.com/skishore/makemeahanzi
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from data.content import check_content, refuse_pipe
from data.errors import CorpusError
from data.json_text import json_value
from data.references.hanzi_dictionary import Entry, read_dictionary
from data.references.reference import Reference, ReferenceStroke
from data.references.tarball import MAX_MEMBER, members

BOX, TOP = 1024, 900  # side of the box, and y at its upper edge
SOURCE = "makemeahanzi"
LICENCE = "Arphic Public License"
TARBALLS = (".tgz", ".gz")


def read_references(source: Path) -> Iterator[Reference]:
    """Read the references of a graphics.txt, or of a folder or .tgz with `<character>.json` files.

    Raises CorpusError with the file, or the line, that cannot be read.
    """
    components = _components(source)
    for place, named, text in _entries(source):
        try:
            entry = json_value(text)
            character = named or entry["character"]
            if not isinstance(character, str) or len(character) != 1:
                raise ValueError(f"{character!r} is not one character")
            strokes = tuple(_stroke(median) for median in entry["medians"])
            if not strokes:
                raise ValueError("it has no strokes")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise CorpusError(f"{place}: not a makemeahanzi character: {error!r}") from error
        entry = components.get(character)
        parts = entry.components() if entry and len(entry.matches) == len(strokes) else None
        yield Reference(character, strokes, components=parts, source=SOURCE, licence=LICENCE)


def source_sha256(source: Path) -> str:
    """The sha256 of everything that `read_references` reads, in the same order."""
    digest = hashlib.sha256()
    for _, character, text in _entries(source):
        digest.update(character.encode() + b"\0" + text)
    if (dictionary := source.with_name("dictionary.txt")).is_file() and not source.is_dir():
        digest.update(dictionary.read_bytes())
    return digest.hexdigest()


def _components(source: Path) -> dict[str, Entry]:
    """The entries of the dictionary beside graphics.txt, by character; none without one."""
    dictionary = source.with_name("dictionary.txt")
    if source.is_dir() or source.suffix in TARBALLS or not dictionary.is_file():
        return {}
    return {entry.character: entry for entry in read_dictionary(dictionary)}


def _entries(source: Path) -> Iterator[tuple[str, str, bytes]]:
    """Each entry: its place for messages, its character or "" where the JSON has it, its JSON."""
    if source.is_dir() or source.suffix in TARBALLS:
        named = _folder(source) if source.is_dir() else _tarball(source)
        if not named:
            raise CorpusError(f"{source} has no files named <character>.json")
        for name, text in named:
            yield f"{source}, {name}", name.removesuffix(".json"), text
        return
    refuse_pipe(source)
    check_content(source, "JSONL")
    with source.open("rb") as lines:
        number = 0
        while line := lines.readline(MAX_MEMBER + 1):
            number += 1
            if len(line) > MAX_MEMBER:
                raise CorpusError(f"{source}, line {number} has more than {MAX_MEMBER} bytes")
            if line.strip():
                yield f"{source}, line {number}", "", line


def _folder(folder: Path) -> list[tuple[str, bytes]]:
    """The name and content of each file named by one character, sorted."""
    paths = [path for path in sorted(folder.glob("*.json")) if len(path.stem) == 1]
    paths = [path for path in paths if path.is_file()]
    large = next((path for path in paths if path.stat().st_size > MAX_MEMBER), None)
    if large:
        raise CorpusError(f"{large} has more than {MAX_MEMBER} bytes")
    return [(path.name, path.read_bytes()) for path in paths]


def _tarball(path: Path) -> list[tuple[str, bytes]]:
    """The same of an archive."""
    files = members(path, suffix=".json")
    return sorted((name, text) for name, text in files if len(name) == len("x.json"))


def _stroke(median: Any) -> ReferenceStroke:
    """A median as a stroke in the unit box, y down. Raises ValueError where it is no line."""
    points = np.array(median, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2 or not np.isfinite(points).all():
        raise ValueError("a median is a list of at least two [x, y]")
    points[:, 1] = TOP - points[:, 1]
    return ReferenceStroke((points / BOX).astype(np.float32))
