"""The strokes of many characters as one small file."""

import json

import numpy as np
import pytest

from data.references.packed import packed
from data.references.reference import Reference, ReferenceStroke

LINE = np.array([[0.1, 0.2], [0.5, 0.2004], [0.9, 0.1]], np.float32)
DOT = np.array([[-0.01, 1.02], [0.3, 0.9999]], np.float32)


def _reference(*lines: np.ndarray) -> Reference:
    return Reference("一", tuple(ReferenceStroke(line) for line in lines))


def test_the_file_is_as_it_is_described() -> None:
    data = packed("一二", {"一": _reference(LINE), "二": _reference(DOT, LINE)})
    line, _, rest = data.partition(b"\n")
    head = json.loads(line)
    assert head == {"characters": "一二", "decimals": 4, "strokes": 3, "points": 8}
    assert list(rest[:2]) == [1, 2] and list(rest[2:8]) == [3, 2, 3, 0, 0, 0]
    low, high, *_ = np.frombuffer(rest[8:], np.uint8).reshape(4, 8).astype(int)
    folded = (low + 256 * high)[:3]
    differences = [-(one + 1) // 2 if one % 2 else one // 2 for one in folded.tolist()]
    assert np.cumsum(np.cumsum(differences)).tolist() == [1000, 5000, 9000]


def test_what_two_bytes_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="two bytes"):
        packed("一", {"一": _reference(LINE * 12)})
