import struct
from collections.abc import Sequence

import pytest

from data.errors import CorpusError
from data.formats import casia
from tests.data.formats.casia.samples import head

ROWS = [("一".encode("gbk"), b"\x01\x02\x03"), (b"A\0", b"\xff\0\x07")]


def mpf(rows: Sequence[tuple[bytes, bytes]], *, count: int | None = None, **more: bytes) -> bytes:
    body = b"".join(code + values for code, values in rows)
    sizes = struct.pack("<ii", len(rows) if count is None else count, 3)
    return head(b"MPF", **more) + sizes + body  # type: ignore[arg-type]


def test_features_are_read_with_their_characters() -> None:
    features = casia.read_mpf(mpf(ROWS), "1.mpf")
    assert features.characters == "一A"
    assert features.values.tolist() == [[1, 2, 3], [255, 0, 7]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (mpf(ROWS, count=3), "3 samples of 3 numbers do not fit 10 bytes"),
        (mpf(ROWS)[:-1], "2 samples of 3 numbers do not fit 9 bytes"),
        (mpf([(b"\xff\xff", b"123")]), "the tag ffff of sample 0 is not a character"),
        (mpf(ROWS, kind=b"float"), "values are 'float', not uint8"),
    ],
)
def test_damaged_features_are_an_error_with_their_byte(data: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=rf"1\.mpf, byte \d+: .*{message}"):
        casia.read_mpf(data, "1.mpf")
