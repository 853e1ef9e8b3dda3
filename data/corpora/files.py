"""Files of ink by their suffix: JSONL, InkML, UNIPEN, CASIA's, and corpora."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from data.cache import replacing
from data.errors import InkError
from data.ink import Ink, read_jsonl
from data.inkml import read_inkml, write_inkml
from data.unipen import read_unipen, write_unipen


def read_inks(path: Path) -> Iterator[Ink]:
    """The inks of a file, read as a stream; a suffix that we do not know is taken for JSONL.

    A folder or a .zip is CASIA's. Raises InkError that names the file and the line, CorpusError
    for a damaged corpus or a damaged record of CASIA.
    """
    if path.is_dir():
        return _read_casia(path)
    return READERS.get(path.suffix.lower(), read_jsonl)(path)


def write_inks(path: Path, inks: Iterable[Ink]) -> int:
    """Write inks in the format that the suffix names, and return how many there were.

    Nothing is left after an error. Raises InkError for a suffix that is none of WRITERS, and where
    the format cannot hold an ink.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise InkError(f"{path} ends in {path.suffix!r}; we write {', '.join(WRITERS)}")
    return write(path, inks)


def write_jsonl(path: Path, inks: Iterable[Ink]) -> int:
    """Write inks as JSONL, one a line, and return how many there were."""
    count = 0
    with replacing(path) as partial, partial.open("w", encoding="utf-8") as file:
        for ink in inks:
            count += 1
            file.write(json.dumps(ink.to_wire(), ensure_ascii=False) + "\n")
    return count


def _read_corpus(path: Path) -> Iterator[Ink]:
    from data.corpus import Corpus

    return iter(Corpus(path))


def _read_casia(path: Path) -> Iterator[Ink]:
    from data import casia
    from data.packed import unpack

    for source in casia.sources(path, (".pot", ".ptts")):
        part = casia.set_name(source.name)
        with source.open() as file:
            if source.suffix == ".ptts":
                page = casia.read_ptts(file.read(), source.name)
                yield from page.inks(writer=source.writer)
                continue
            for packed in casia.read_pot(file, source.name, writer=source.writer):
                yield from unpack(packed, source=part)


READERS: dict[str, Callable[[Path], Iterator[Ink]]] = {
    ".jsonl": read_jsonl,
    ".inkml": read_inkml,
    ".unipen": read_unipen,
    ".upn": read_unipen,
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
}
