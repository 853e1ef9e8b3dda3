from pathlib import Path

import numpy as np
import pytest

from data.errors import CorpusError
from data.ink import Ink, Stroke
from data.ink.packed import Packed, pack, unpack

ALIGNED = Stroke(
    np.array([[1, 2], [3, 4]], np.float32),
    canonical=np.array([1, 0], np.int16),
    confidence=0.5,
)
INKS = [
    Ink.from_wire({"strokes": [[[0, 0], [1, 2]], [[3, 3]]], "char": "十", "writer": "ann"}),
    Ink.from_wire({"strokes": [[[5, 5, 0], [6, 6, 8]]], "writer": "bob"}),
    Ink((ALIGNED,), "𠮟", writer="ann"),
]


@pytest.mark.parametrize("is_saved", [False, True])
def test_packed_inks_are_unpacked_as_they_were(tmp_path: Path, is_saved: bool) -> None:
    packed = pack(INKS)
    if is_saved:
        packed.save(tmp_path / "x.npz")
        packed = Packed.load(tmp_path / "x.npz")
    assert len(packed) == 3
    again = list(unpack(packed, source="a tablet"))
    assert [ink.to_wire() for ink in again] == [i.to_wire() | {"source": "a tablet"} for i in INKS]
    (stroke,) = again[2].strokes
    assert stroke.canonical is not None
    assert (stroke.canonical.tolist(), stroke.confidence) == ([1, 0], 0.5)
    assert again[0].strokes[0].canonical is None


def test_the_split_is_one_for_all_inks_or_a_function_of_each() -> None:
    assert pack(INKS, split="test").split.tolist() == [2, 2, 2]
    by_writer = pack(INKS, split=lambda ink: "validation" if ink.writer == "bob" else "train")
    assert by_writer.split.tolist() == [0, 1, 0]
    with pytest.raises(CorpusError, match="unknown split 'half'; available: train, validation"):
        pack(INKS, split="half")


def test_an_ink_of_several_characters_is_refused() -> None:
    with pytest.raises(CorpusError, match="one character, not '二つ'"):
        pack([Ink(INKS[0].strokes, "二つ")])
