"""Files of ink by their suffix: JSONL, InkML, UNIPEN, and corpora."""

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

    Raises InkError that names the file and the line, CorpusError for a damaged corpus.
    """
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


READERS: dict[str, Callable[[Path], Iterator[Ink]]] = {
    ".jsonl": read_jsonl,
    ".inkml": read_inkml,
    ".unipen": read_unipen,
    ".upn": read_unipen,
    ".h5": _read_corpus,
}
WRITERS: dict[str, Callable[[Path, Iterable[Ink]], int]] = {
    ".jsonl": write_jsonl,
    ".inkml": write_inkml,
    ".unipen": write_unipen,
    ".upn": write_unipen,
}
