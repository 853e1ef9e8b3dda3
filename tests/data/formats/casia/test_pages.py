import struct

import pytest

from data.errors import CorpusError
from data.formats import casia
from tests.data.formats.casia.samples import head, numbers, page

PTTS = (
    struct.pack("<H", 1)
    + numbers(0, 1, 2)
    + struct.pack("<H", 2)
    + "十".encode("gbk")
    + numbers(0, 2)
    + b"\xff\xff"
    + numbers(1)
)


def test_a_page_is_read_by_lines_and_characters() -> None:
    read = casia.read_ptts(page(b"PTTS", PTTS), "1.ptts")
    assert read.number == 7
    assert [line.text for line in read.lines] == ["十\ufffd"]
    ten, unnamed = read.inks(writer="ann")
    assert (ten.char, unnamed.char, ten.writer) == ("十", None, "ann")
    assert ten.strokes[1].points.tolist() == [[30, 30], [31, 32]]


def test_a_page_of_words_has_lines_of_text() -> None:
    lines = struct.pack("<H", 1) + numbers(2, 0) + struct.pack("<H", 2) + "二十".encode("gbk")
    (line,) = casia.read_wptt(page(b"WPTT", lines), "1.wptt").lines
    assert (line.text, line.strokes, line.characters) == ("二十", (2, 0), ())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (page(b"PTTS", PTTS)[:-1], "2 bytes are needed, 1 are left"),
        (page(b"WPTT", PTTS), "the format is 'WPTT', not PTTS"),
        (page(b"PTTS", struct.pack("<H", 1) + numbers(3)), "there is no stroke 3"),
        (page(b"PTTS", PTTS) + b"x", "1 bytes are left"),
        (b"\0\0", "4 bytes are needed"),
        (head(b"PTTS") + b"\xff" * 12, "cannot have -1 strokes"),
        (head(b"PTTS", illustration=-1), "the header has 53 bytes, fewer than 54"),
    ],
)
def test_a_damaged_page_is_an_error_with_its_byte(data: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=rf"1\.ptts, byte \d+: .*{message}"):
        casia.read_ptts(data, "1.ptts")
