from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.corpora.corpus import Corpus
from data.corpora.writer import write_corpus
from data.ink import Ink, Stroke
from data.references.store import load_references
from data.training.corpus_rows import CorpusRows, FileRows, ShuffledRows

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}


@dataclass
class Columns:
    """A file's columns alone."""

    label: npt.NDArray[np.uint32]
    splits: npt.NDArray[np.uint8]


def columns(text: str, splits: list[int]) -> Columns:
    return Columns(np.array([ord(c) for c in text], np.uint32), np.array(splits, np.uint8))


def test_rows_of_several_files_are_those_of_the_split_and_the_characters() -> None:
    files = [columns("あいう", [0, 0, 2]), columns("うえあ", [0, 0, 0])]
    rows = FileRows.of(files, "うあ", "train")
    assert rows.file.tolist() == [0, 1, 1]
    assert rows.row.tolist() == [0, 0, 2]
    assert rows.label.tolist() == [1, 0, 1]
    positions, in_file = rows.in_file(1, np.array([2, 0, 1]))
    assert (positions.tolist(), in_file.tolist()) == ([0, 2], [2, 0])
    assert len(FileRows.of([], "あ", "train")) == 0


def test_every_row_comes_once_before_any_comes_again() -> None:
    rows = ShuffledRows(5)
    epoch = np.concatenate([rows.rows(0, number, 2, seed=1) for number in range(5)])
    assert sorted(epoch[:5]) == sorted(epoch[5:]) == list(range(5))
    again = np.concatenate([ShuffledRows(5).rows(0, number, 2, seed=1) for number in range(5)])
    np.testing.assert_array_equal(epoch, again)
    other = np.concatenate([rows.rows(1, number, 2, seed=1) for number in range(5)])
    assert other.tolist() != epoch.tolist()


def test_an_aligned_corpus_gives_the_stroke_of_each_sample(tmp_path: Path) -> None:
    strokes = [s.points for s in load_references("ja")["い"].strokes]
    labelled = tuple(
        Stroke(points, canonical=np.full(len(points), 1 - n, np.int16), confidence=1.0)
        for n, points in enumerate(strokes)
    )
    path = tmp_path / "ink.h5"
    write_corpus(path, [Ink(labelled, char="い")] * 2, facts=FACTS)
    rows = CorpusRows([Corpus(path)], ["い"])
    drawn = rows.sequences(np.array([1, 0])).strokes
    assert drawn[:, 0].tolist() == [1, 1] and drawn[:, -1].tolist() == [0, 0]
