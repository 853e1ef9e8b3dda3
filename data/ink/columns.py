"""Strokes of whole numbers as few bytes: differences from point to point, compressed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from data.errors import InkError

Columns = Mapping[str, Sequence[int] | None]  # x, y and perhaps t, of equal length, 32 bits each
Numbers = npt.NDArray[np.int32]
NAMES = ("x", "y", "t")
LEVEL = 9  # of zlib: an ink is small, and kept for long
MOST_BYTES = 1_000_000  # of an ink that is unpacked


def pack_columns(strokes: Sequence[Columns]) -> bytes:
    """Strokes such as {"x": [10, 20], "y": [5, 5], "t": [0, 8]} as bytes.

    The numbers are int32: of each stroke its length and whether it has times, and then the
    differences of each column. Their bytes are sorted by place, and compressed by zlib: a kanji of
    15 strokes and 40 points each takes about 1 kB.
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
        columns = [np.array(stroke[name]) for name in NAMES if stroke.get(name) is not None]
        yield np.array([len(columns[0]), len(columns) == len(NAMES)])
        yield from (np.diff(column, prepend=0) for column in columns)


def _strokes(numbers: Numbers) -> Iterator[dict[str, list[int]]]:
    place = 1
    for _ in range(int(numbers[0])):
        count, has_times = int(numbers[place]), bool(numbers[place + 1])
        place += 2
        stroke = {}
        for name in NAMES if has_times else NAMES[:2]:
            column = numbers[place : place + count]
            if count < 1 or len(column) != count:
                raise ValueError("an ink that is cut off")
            stroke[name] = np.cumsum(column, dtype=np.int64).tolist()
            place += count
        yield stroke
