"""What low rank and pruning would cost the shipped recognizer, without training after them.

`python -m tests.bench.compression [--every 3]`

Each of the large matrices is replaced by its best approximation of a lower rank (truncated singular
value decomposition), or loses its smallest weights, and the network reads people's ink again. Bytes
are of the whole file: two factors in 8 bits in place of a matrix, or the weights left in 8 bits and
a bit for each place.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from data.characters import characters
from data.ink import Ink
from kanji.recognizer.recognize import SHIPPED, Recognizer
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")
MATRICES = ("W0", "R0", "W1", "R1", "squeeze.weight", "head.weight")
DIRECTIONS = 2  # stacked in the matrices of an LSTM

Array = npt.NDArray[np.float32]
Change = Callable[[Array], tuple[Array, int]]  # a matrix to the one in its place and its bytes


def low_rank(share: float) -> Change:
    """The best approximation that takes `share` of the bytes."""

    def change(matrix: Array) -> tuple[Array, int]:
        rows, columns = matrix.shape
        rank = max(1, int(share * rows * columns / (rows + columns)))
        left, values, right = np.linalg.svd(matrix, full_matrices=False)
        return (left[:, :rank] * values[:rank]) @ right[:rank], rank * (rows + columns)

    return change


def pruned(share: float) -> Change:
    """Without the smallest `share` of the weights."""

    def change(matrix: Array) -> tuple[Array, int]:
        keep = np.abs(matrix) >= np.quantile(np.abs(matrix), share)
        return matrix * keep, int(keep.sum()) + matrix.size // 8

    return change


def changed(model: onnx.ModelProto, change: Change) -> tuple[onnx.ModelProto, int]:
    """A copy of the model with its large matrices changed, and the bytes that it would take."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    constants = {one.name: one for one in copy.graph.initializer}
    saved = 0
    for name in MATRICES:
        kept, scales = constants[f"{name}_rows"], constants[f"{name}_scale"]
        scale = numpy_helper.to_array(scales)
        matrix = numpy_helper.to_array(kept).astype(np.float32) * scale[:, None]
        parts = np.split(matrix, 1 if name.endswith("weight") else DIRECTIONS)
        answers = [change(part) for part in parts]
        anew = np.concatenate([part for part, _ in answers])
        saved += matrix.size - sum(size for _, size in answers)
        # One step of the 8 bits stays as fine as it is, so that rounding alone changes nothing.
        scale = np.maximum(np.abs(anew).max(axis=1), 1e-8) / 127
        rows = np.rint(anew / scale[:, None]).astype(np.int8)
        kept.CopyFrom(numpy_helper.from_array(rows, kept.name))
        scales.CopyFrom(numpy_helper.from_array(scale.astype(np.float32), scales.name))
    return copy, model.ByteSize() - saved


def top1(model: onnx.ModelProto, inks: list[Ink]) -> float:
    """Share of the inks that the network reads rightly, among joyo."""
    joyo = characters("joyo")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changed.onnx"
        path.write_bytes(model.SerializeToString())
        recognizer = Recognizer.load(path)
        found = [recognizer.recognize(ink, top=1, candidates=joyo).best for ink in inks]
    return float(np.mean([one.character == ink.char for one, ink in zip(found, inks, strict=True)]))


def main() -> None:
    """Prints a line for each change: bytes, and top-1 of each source."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so many inks")
    every = parser.parse_args().every
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
        return
    joyo = set(characters("joyo"))
    inks = {s: [ink for ink in people(s) if ink.char in joyo][::every] for s in SOURCES}
    model = onnx.load(SHIPPED)
    changes: dict[str, Change] = {"as shipped": lambda matrix: (matrix, matrix.size)}
    changes |= {f"rank, {share:.0%} of the bytes": low_rank(share) for share in (0.75, 0.5, 0.35)}
    changes |= {f"pruned by {share:.0%}": pruned(share) for share in (0.3, 0.5, 0.7)}
    for name, change in changes.items():
        smaller, size = changed(model, change)
        read = ", ".join(f"{source} {top1(smaller, inks[source]):.2%}" for source in SOURCES)
        print(f"{name:24} {size:9,} bytes, {read}", flush=True)


if __name__ == "__main__":
    main()
