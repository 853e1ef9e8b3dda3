"""The set `ja` as it ships, packed: building it from KanjiVG's files takes half a minute.

An .xz file of NumPy's .npz format, without loss: a coordinate has DECIMALS decimals, so it is a
whole number, and its difference to the one before it in its stroke needs two bytes. It stands for
one version of KanjiVG, and of the rules that read it; `python -m tests.data.references.pack` packs
it again, and a test compares it with what is built. The strokes are KanjiVG's, copyright Ulrich
Apel, CC BY-SA 3.0; rounded, and completed by rules of `data.references`.
"""

from __future__ import annotations

import io
import json
import lzma
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.references.reference import DECIMALS

SHIPPED = Path(__file__).with_name("references-ja.npz.xz")
SCALE = 10**DECIMALS
FACTS = "facts"  # the name of the column with the file's attributes, as JSON

Columns = Mapping[str, npt.NDArray[Any]]


def packed(columns: Columns, facts: Mapping[str, Any]) -> bytes:
    """A file with the columns and attributes of a reference file (`data.references.store`)."""
    points = np.rint(columns["points"].astype(np.float64) * SCALE).astype(np.int64)
    if not np.array_equal((points / SCALE).astype(np.float32), columns["points"]):
        raise ValueError(f"points have more than {DECIMALS} decimals")
    steps = np.diff(points, axis=0, prepend=0)
    first = columns["stroke_offsets"][:-1]
    steps[first] = points[first]
    if np.abs(steps).max() > np.iinfo(np.int16).max:
        raise ValueError("a stroke leaves the unit box by far")
    # All high bytes, then all low ones, x and y apart: a third smaller than side by side.
    planes = steps.T.astype("<i2").copy().view(np.uint8).reshape(2, -1, 2).transpose(0, 2, 1)
    text = np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), np.uint8)
    file = io.BytesIO()
    np.savez(file, **{**columns, "points": planes, FACTS: text})
    return lzma.compress(file.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def unpacked(content: bytes) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """The columns and attributes that were packed."""
    with np.load(io.BytesIO(lzma.decompress(content)), allow_pickle=False) as file:
        columns = dict(file)
    facts = json.loads(columns.pop(FACTS).tobytes())
    planes = np.ascontiguousarray(columns["points"].transpose(0, 2, 1))
    steps = planes.view("<i2")[:, :, 0].astype(np.int64).T
    first = columns["stroke_offsets"][:-1]
    summed = steps.cumsum(axis=0)
    before = summed[first] - steps[first]  # the sum of all strokes before
    counts = np.diff(columns["stroke_offsets"])
    points = (summed - np.repeat(before, counts, axis=0)) / SCALE
    return {**columns, "points": points.astype(np.float32)}, facts


def shipped(schema_version: int) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]] | None:
    """The columns and attributes that ship.

    None where there is no file, or it is of another schema or another version of KanjiVG than the
    one that is installed.
    """
    if not SHIPPED.is_file():
        return None
    columns, facts = unpacked(SHIPPED.read_bytes())
    try:
        installed = f"KanjiVG {version('kanjivg')}"
    except PackageNotFoundError:
        installed = facts["source"]
    is_current = facts["schema_version"] == schema_version and facts["source"] == installed
    return (columns, facts) if is_current else None
