"""Strokes of whole numbers as few bytes: differences from point to point, compressed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from data.errors import InkError

# x, y and perhaps t and pressure, of equal length, 32 bits each.
Columns = Mapping[str, Sequence[int] | None]
Numbers = npt.NDArray[np.int32]
NAMES = ("x", "y")
OPTIONAL = {"t": 1, "pressure": 2}  # by the bit that says that a stroke has them
LEVEL = 9  # of zlib: an ink is small, and kept for long
MOST_BYTES = 1_000_000  # of an ink that is unpacked


def pack_columns(strokes: Sequence[Columns]) -> bytes:
    """Strokes such as {"x": [10, 20], "y": [5, 5], "t": [0, 8]} as bytes.

    The numbers are int32: of each stroke its length and the bits of what it has of OPTIONAL, and
    then the differences of each column. Their bytes are sorted by place, and compressed by zlib: a
    kanji of 15 strokes and 40 points each takes about 1 kB.
    """
    numbers = np.concatenate([np.array([len(strokes)]), *_differences(strokes)]).astype("<i4")
    return zlib.compress(numbers.view(np.uint8).reshape(-1, 4).T.tobytes(), LEVEL)


def unpack_columns(data: bytes) -> list[dict[str, list[int]]]:
    """The strokes that `pack_columns` packed. Raises InkError for other bytes."""
    try:
        unpacked = zlib.decompressobj().decompress(data, MOST_BYTES)
        by_place = np.frombuffer(unpacked, np.uint8).reshape(4, -1)
        numbers = np.ascontiguousarray(by_place.T).view("<i4").ravel()
        return list(_strokes(numbers))
    except (zlib.error, ValueError, IndexError) as error:
        raise InkError("these bytes are no packed ink") from error


def _differences(strokes: Sequence[Columns]) -> Iterator[npt.NDArray[np.int64]]:
    for stroke in strokes:
        extra = [name for name in OPTIONAL if stroke.get(name) is not None]
        columns = [np.array(stroke[name]) for name in (*NAMES, *extra)]
        yield np.array([len(columns[0]), sum(OPTIONAL[name] for name in extra)])
        yield from (np.diff(column, prepend=0) for column in columns)


def _strokes(numbers: Numbers) -> Iterator[dict[str, list[int]]]:
    place = 1
    for _ in range(int(numbers[0])):
        count, bits = int(numbers[place]), int(numbers[place + 1])
        place += 2
        stroke = {}
        for name in (*NAMES, *(name for name, bit in OPTIONAL.items() if bits & bit)):
            column = numbers[place : place + count]
            if count < 1 or len(column) != count:
                raise ValueError("an ink that is cut off")
            stroke[name] = np.cumsum(column, dtype=np.int64).tolist()
            place += count
        yield stroke
