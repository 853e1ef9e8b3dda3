from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from data import corpus
from data.corpus import Corpus, write_corpus
from data.errors import CorpusError, InkError
from data.ink import Ink

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}
INKS = (
    Ink.from_wire({"strokes": [[[0, 0], [1, 2]], [[3, 3]]], "char": "十", "writer": "ann"}),
    Ink.from_wire({"strokes": [[[5, 5, 0], [6, 6, 8]]], "char": "一", "writer": "bob"}),
    Ink.from_wire({"strokes": [[[7, 7]]]}),
)


def test_what_is_read_is_what_was_written_over_several_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "BLOCK", 2)
    path = tmp_path / "ink.h5"
    assert write_corpus(path, iter(INKS), facts=FACTS, split="test") == 3
    read = Corpus(path)
    assert [ink.char for ink in read] == ["十", "一", None]
    assert [ink.writer for ink in read] == ["ann", "bob", None]
    assert [ink.to_wire()["strokes"] for ink in read] == [ink.to_wire()["strokes"] for ink in INKS]
    assert read[-1].strokes[0].t is None
    assert read.split(0) == "test"
    assert read.facts["licence"] == "CC0-1.0"
    with pytest.raises(IndexError):
        read[3]


def test_an_error_in_the_middle_leaves_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS[:1], facts=FACTS)

    def failing() -> Iterator[Ink]:
        yield INKS[0]
        raise InkError("bad")

    with pytest.raises(InkError):
        write_corpus(path, failing(), facts=FACTS)
    assert len(Corpus(path)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["ink.h5"]


def test_an_empty_corpus_or_an_unknown_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no inks"):
        write_corpus(tmp_path / "ink.h5", [], facts=FACTS)
    with pytest.raises(CorpusError, match="train, validation, test"):
        write_corpus(tmp_path / "ink.h5", INKS, facts=FACTS, split="half")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stroke_offsets", np.array([0, 2, 9, 3, 5])),
        ("label", np.array([2**30] * 3, np.uint32)),
        ("writer", np.array([0, 1, 7], np.int32)),
        ("split", np.array([0, 0, 9], np.uint8)),
        ("writers", np.zeros(3, np.uint8)),
        ("points", np.full((6, 2), np.inf, np.float32)),
    ],
)
def test_a_damaged_corpus_is_refused(tmp_path: Path, name: str, value: np.ndarray) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS, facts=FACTS)
    with h5py.File(path, "a") as file:
        del file[name]
        file[name] = value
    with pytest.raises(CorpusError):
        Corpus(path)
