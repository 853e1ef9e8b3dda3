"""What low rank and pruning cost the shipped recognizer, without further training.

`python -m tests.bench.compression [--every 3]`

Each of the large matrices is replaced by its best approximation of a lower rank (truncated singular
value decomposition), or its smallest weights are set to 0; then the network reads people's ink.
Bytes are those of the whole file. A matrix of low rank is counted as two factors in 8 bits, and a
pruned one as its remaining weights in 8 bits and a bit for each position.
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
from kanji.training.export import LARGEST_COMPUTED, LARGEST_STORED, quantized
from tests.bench.mistake_sets import SOURCES, add_every, has_people, inks_by_source

MATRICES = ("W0", "R0", "W1", "R1", "squeeze.weight", "head.weight")

Array = npt.NDArray[np.float32]
Change = Callable[[Array], tuple[Array, int]]  # from a matrix to its replacement and its bytes


def low_rank(fraction: float) -> Change:
    """The best approximation that takes `fraction` of the bytes."""

    def change(matrix: Array) -> tuple[Array, int]:
        rows, columns = matrix.shape
        rank = max(1, int(fraction * rows * columns / (rows + columns)))
        left, values, right = np.linalg.svd(matrix, full_matrices=False)
        return (left[:, :rank] * values[:rank]) @ right[:rank], rank * (rows + columns)

    return change


def pruned(fraction: float) -> Change:
    """The smallest `fraction` of the weights set to 0."""

    def change(matrix: Array) -> tuple[Array, int]:
        keep = np.abs(matrix) >= np.quantile(np.abs(matrix), fraction)
        return matrix * keep, int(keep.sum()) + matrix.size // 8

    return change


def changed(model: onnx.ModelProto, change: Change) -> tuple[onnx.ModelProto, int]:
    """A copy of the model with its large matrices changed, and the size of its file in bytes."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    constants = {one.name: one for one in copy.graph.initializer}
    saved = 0
    for name in MATRICES:
        is_stored = f"{name}_rows" in constants
        kept = constants[f"{name}_rows" if is_stored else f"{name}_columns"]
        scales = constants[f"{name}_scale"]
        rows = numpy_helper.to_array(kept)
        if not is_stored:
            rows = rows.swapaxes(-1, -2)
        matrix = rows.astype(np.float32) * numpy_helper.to_array(scales)[..., None]
        parts = matrix if matrix.ndim == 3 else [matrix]  # an LSTM's both directions
        changes = [change(part) for part in parts]
        replacement = np.stack([part for part, _ in changes]).reshape(matrix.shape)
        saved += matrix.size - sum(size for _, size in changes)
        # As the export does it, so that an unchanged matrix stays unchanged.
        rows, scale = quantized(replacement, LARGEST_STORED if is_stored else LARGEST_COMPUTED)
        if not is_stored:
            rows = np.ascontiguousarray(rows.swapaxes(-1, -2))
        kept.CopyFrom(numpy_helper.from_array(rows, kept.name))
        scales.CopyFrom(numpy_helper.from_array(scale, scales.name))
    return copy, model.ByteSize() - saved


def top1(model: onnx.ModelProto, inks: list[Ink]) -> float:
    """The fraction of the inks that the network reads correctly, with the joyo as candidates."""
    joyo = characters("joyo")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changed.onnx"
        path.write_bytes(model.SerializeToString())
        recognizer = Recognizer.load(path)
        best = [recognizer.recognize(ink, top=1, candidates=joyo).best for ink in inks]
    return float(np.mean([one.character == ink.char for one, ink in zip(best, inks, strict=True)]))


def main() -> None:
    """Prints a line for each change: bytes, and top-1 on each source."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_every(parser)
    args = parser.parse_args()
    if not has_people():
        return
    inks = inks_by_source(SOURCES, characters("joyo"), every=args.every)
    model = onnx.load(SHIPPED)
    changes: dict[str, Change] = {"as shipped": lambda matrix: (matrix, matrix.size)}
    changes |= {f"rank, {part:.0%} of the bytes": low_rank(part) for part in (0.75, 0.5, 0.35)}
    changes |= {f"pruned by {part:.0%}": pruned(part) for part in (0.3, 0.5, 0.7)}
    for name, change in changes.items():
        smaller, size = changed(model, change)
        read = ", ".join(f"{source} {top1(smaller, inks[source]):.2%}" for source in SOURCES)
        print(f"{name:24} {size:9,} bytes, {read}", flush=True)


if __name__ == "__main__":
    main()
