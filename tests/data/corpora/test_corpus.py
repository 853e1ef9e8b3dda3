import pickle
import tracemalloc
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import h5py
import numpy as np
import pytest

from data.corpora import writer
from data.corpora.corpus import Corpus
from data.corpora.writer import write_corpus
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
    monkeypatch.setattr(writer, "BLOCK", 2)
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


def test_an_error_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
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


def replace(path: Path, name: str, **declared: object) -> None:
    with h5py.File(path, "a") as file:
        del file[name]
        file.create_dataset(name, **declared)


@pytest.mark.parametrize(
    ("name", "declared", "message"),
    [
        (
            "points",
            {"shape": (10**12, 2), "dtype": "f4", "chunks": (1024, 2)},
            "than the file can hold",
        ),
        ("label", {"shape": (10**12,), "dtype": "u4", "chunks": (99,)}, "than the file can hold"),
        (
            "points",
            {"shape": (6, 2), "dtype": "f4", "chunks": (2**23, 2), "maxshape": (None, 2)},
            "chunks of more",
        ),
        (
            "label",
            {"data": np.zeros(10**7, "u4"), "chunks": True, "compression": "gzip"},
            "than the file can hold",
        ),
        ("points", {"data": np.zeros((6, 2)), "dtype": "f8"}, "of dtype f4"),
        ("points", {"data": np.zeros((6, 2)), "dtype": ">f4"}, "of dtype f4"),
        ("points", {"data": np.zeros(12), "dtype": "f4"}, "shape"),
        ("points", {"data": np.full((6, 2), 2e12), "dtype": "f4"}, "not finite"),
        ("t", {"data": np.full(6, np.inf), "dtype": "f4"}, "not finite"),
        ("label", {"data": np.array([0, 0xD800, 0]), "dtype": "u4"}, "out of range"),
        ("sample_offsets", {"data": np.array([0, 2, 1, 4])}, "not ascending"),
        ("sample_offsets", {"data": np.array([0, -(2**63), 2**63 - 1, 4])}, "not ascending"),
        ("stroke_offsets", {"data": np.array([0, 2, 2, 5, 6])}, "fewer than 1"),
        ("stroke_offsets", {"data": np.array([0, 2, 3, 5, 7])}, "from 0 to 6"),
        ("stroke_offsets", {"data": np.zeros(0, np.int64)}, "from 0 to"),
    ],
)
def test_a_hostile_declaration_is_refused_before_it_is_read(
    tmp_path: Path, name: str, declared: dict[str, object], message: str
) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS, facts=FACTS)
    replace(path, name, **declared)
    with pytest.raises(CorpusError, match=message):
        Corpus(path)


def test_data_of_another_file_is_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "ink.h5", tmp_path / "other.h5"
    write_corpus(other, INKS, facts=FACTS)
    raw = tmp_path / "raw"
    raw.write_bytes(bytes(48))
    layout = h5py.VirtualLayout((6, 2), "f4")
    layout[:] = h5py.VirtualSource(str(other), "points", (6, 2))
    for number in range(3):
        write_corpus(path, INKS, facts=FACTS)
        with h5py.File(path, "a") as file:
            del file["points"]
            if number == 0:
                file["points"] = h5py.ExternalLink(str(other), "points")
            elif number == 1:
                file.create_dataset("points", (6, 2), "f4", external=[(str(raw), 0, 48)])
            else:
                file.create_virtual_dataset("points", layout)
        with pytest.raises(CorpusError, match=r"of its own|stored in another file"):
            Corpus(path)


@pytest.mark.parametrize("value", [np.zeros(3), h5py.Empty("f4"), np.array([b"x"], object)])
def test_an_attribute_that_is_not_a_string_or_a_number_is_refused(
    tmp_path: Path, value: object
) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS, facts=FACTS)
    with h5py.File(path, "a") as file:
        file.attrs["licence"] = value
    with pytest.raises(CorpusError, match="licence is not a string"):
        Corpus(path)


def wires(inks: Iterable[Ink]) -> list[object]:
    """What the inks are, but for the source, which a corpus sets."""
    return [ink.to_wire() | {"source": None} for ink in inks]


def first_label(read: Corpus) -> str | None:
    ink: Ink = read[0]
    return ink.char


def test_what_no_ink_has_is_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS[::2], facts=FACTS)
    with h5py.File(path) as file:
        assert file.keys().isdisjoint({"t", "canonical", "confidence"})
    read = Corpus(path)
    assert wires(read) == wires(INKS[::2])
    assert read.labelled_strokes() == 0
    write_corpus(path, INKS, facts=FACTS)
    with h5py.File(path) as file:
        assert "t" in file and "canonical" not in file


def test_a_corpus_of_the_schema_before_is_still_read(tmp_path: Path) -> None:
    """Its columns are all there, and in chunks."""
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS, facts=FACTS)
    with h5py.File(path, "a") as file:
        file.attrs["schema_version"] = 2
        file["canonical"], file["confidence"] = np.full(6, -1, "i2"), np.full(4, np.nan, "f4")
        for name in ("points", "t", "canonical", "confidence", "stroke_offsets"):
            values = file[name][...]
            del file[name]
            file.create_dataset(name, data=values, chunks=True, maxshape=(None, *values.shape[1:]))
    read = Corpus(path)
    assert wires(read) == wires(INKS)
    assert wires(pickle.loads(pickle.dumps(read))) == wires(INKS)


def test_labels_without_their_confidence_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS, facts=FACTS)
    with h5py.File(path, "a") as file:
        file["canonical"] = np.full(6, -1, "i2")
    with pytest.raises(CorpusError, match="only one of canonical and confidence"):
        Corpus(path)


def test_inks_are_gathered_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS, facts=FACTS)
    places = np.array([2, 0, 1])  # the first of them has one point
    points, is_first, sizes, canonical = Corpus(path).gathered(places)
    assert points.tolist() == [[7, 7], [7, 7], [0, 0], [1, 2], [3, 3], [5, 5], [6, 6]]
    assert is_first.tolist() == [True, False, True, False, True, True, False]
    assert sizes.tolist() == [2, 3, 2]
    assert canonical.tolist() == [-1] * 7


def test_a_corpus_goes_to_other_processes_without_its_points(tmp_path: Path) -> None:
    path = tmp_path / "ink.h5"
    long = Ink.from_wire({"strokes": [[[n % 90, n % 70] for n in range(5000)]]})
    write_corpus(path, [*INKS, long], facts=FACTS)
    read = Corpus(path)
    passed = pickle.dumps(read)
    assert len(passed) < 5000
    assert wires(pickle.loads(passed)) == wires([*INKS, long])
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(first_label, read).result() == "十"


def test_a_file_that_is_replaced_stays_readable_and_is_not_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "ink.h5"
    write_corpus(path, INKS, facts=FACTS)
    read = Corpus(path)
    write_corpus(path, INKS[:2], facts=FACTS)
    assert wires(read) == wires(INKS)
    passed = pickle.dumps(read)
    with pytest.raises(CorpusError, match="has changed"):
        pickle.loads(passed)
    path.unlink()
    with pytest.raises(CorpusError, match="can no longer"):
        pickle.loads(passed)


def test_a_corpus_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    """The points of the inks are not among what Python allocates."""
    path = tmp_path / "ink.h5"
    ink = Ink.from_wire({"strokes": [[[n % 90, n % 70] for n in range(2000)]], "char": "一"})
    write_corpus(path, [ink] * 2000, facts=FACTS)  # 32 MB
    tracemalloc.start()
    try:
        read = Corpus(path)
        assert read.points == 4_000_000
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 1e6
    assert peak < 16e6  # a block of what is checked
