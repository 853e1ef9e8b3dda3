"""Files of ink in any format, by their suffix: JSONL, InkML, UNIPEN, CASIA's, and corpora."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from data.arguments import STANDARD_INPUT
from data.content import check_content
from data.errors import InkError
from data.formats.inkml import read_inkml, write_inkml
from data.formats.unipen import read_unipen, write_unipen
from data.ink import Ink
from data.ink.jsonl import read_jsonl, read_stream, write_jsonl
from data.suffixes import suffix_fault


def read_inks(path: Path) -> Iterator[Ink]:
    """Yields the inks of a file, read as a stream; a file of another suffix is read as JSONL.

    A folder or a .zip is read as CASIA's files, and `-` as JSONL from standard input. Raises
    InkError with file and line, where there is no ink, and with what the file is where it is
    recognized as another kind of file; CorpusError for a damaged corpus or a damaged record of
    CASIA.
    """
    is_empty = True
    for ink in _reader(path)(path):
        is_empty = False
        yield ink
    if is_empty:
        raise InkError(
            f"{path} has no ink; a line of JSONL is such as"
            ' {"strokes": [[[10, 50], [90, 50]]], "char": "一"}'
        )


def write_inks(path: Path, inks: Iterable[Ink]) -> int:
    """Writes inks in the format of the suffix and returns the number of inks.

    Raises InkError for a suffix that is not in WRITERS, and where the format cannot hold an ink.
    After an error `path` is unchanged.
    """
    if fault := suffix_fault(path, WRITERS):
        raise InkError(fault)
    return WRITERS[path.suffix.lower()](path, inks)


def _reader(path: Path) -> Callable[[Path], Iterator[Ink]]:
    if path == STANDARD_INPUT:
        return _read_standard_input
    return _read_casia if path.is_dir() else READERS.get(path.suffix.lower(), read_jsonl)


def _read_standard_input(path: Path) -> Iterator[Ink]:
    return read_stream(sys.stdin.buffer, "standard input")


def _read_corpus(path: Path) -> Iterator[Ink]:
    from data.corpora.corpus import Corpus

    yield from Corpus(path)


def _read_casia(path: Path) -> Iterator[Ink]:
    from data.formats import casia
    from data.ink.packed import unpack

    if path.suffix.lower() != ".zip":
        check_content(path, "a file of CASIA")
    for source in casia.sources(path, casia.ONLINE):
        set_name = casia.set_name(source.name)
        with source.open() as file:
            if source.suffix == ".ptts":
                page = casia.read_ptts(file.read(), source.name)
                yield from page.inks(writer=source.writer)
                continue
            for packed in casia.read_pot(file, source.name, writer=source.writer):
                yield from unpack(packed, source=set_name)


READERS: dict[str, Callable[[Path], Iterator[Ink]]] = {
    ".jsonl": read_jsonl,
    ".inkml": read_inkml,
    ".unipen": read_unipen,
    ".upn": read_unipen,
    ".unp": read_unipen,
    ".dat": read_unipen,
    ".h5": _read_corpus,
    ".pot": _read_casia,
    ".ptts": _read_casia,
    ".zip": _read_casia,
}
WRITERS: dict[str, Callable[[Path, Iterable[Ink]], int]] = {
    ".jsonl": write_jsonl,
    ".inkml": write_inkml,
    ".unipen": write_unipen,
    ".upn": write_unipen,
    ".unp": write_unipen,
    ".dat": write_unipen,
}
