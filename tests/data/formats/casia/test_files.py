"""The other formats, the archives, and the names of the sets."""

import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from data.corpora.files import read_inks
from data.errors import CorpusError, InkError
from data.formats import casia
from data.formats.casia import archive
from data.ink import Ink

ONE = Ink.from_wire({"strokes": [[[5, 6], [7, 8]]], "char": "一"})
GLYPHS = [
    casia.Glyph(np.arange(6, dtype=np.uint8).reshape(2, 3), "啊"),
    casia.Glyph(np.full((1, 1), 9, np.uint8), "A"),
]


def gnt(folder: Path) -> bytes:
    assert casia.write_gnt(folder / "1.gnt", GLYPHS) == 2
    return (folder / "1.gnt").read_bytes()


def test_pictures_are_read_back_as_written(tmp_path: Path) -> None:
    data = gnt(tmp_path)
    assert data[:10] == struct.pack("<I2sHH", 16, "啊".encode("gbk"), 3, 2)
    again = list(casia.read_gnt(io.BytesIO(data), "1.gnt", writer="001"))
    assert [glyph.char for glyph in again] == ["啊", "A"]
    assert again[0].writer == "001"
    for glyph, same in zip(GLYPHS, again, strict=True):
        np.testing.assert_array_equal(glyph.image, same.image)


@pytest.mark.parametrize(
    ("data", "said", "kept"),
    [
        (lambda d: d[:-1], "record 1 at byte 16: the file is cut", 1),
        (lambda d: d[:20], "record 1 at byte 16: the file is cut: 4 bytes", 1),
        (lambda d: b"\x11" + d[1:], "record 0 at byte 0: a picture of 3 by 2", 0),
        (lambda d: d[:4] + b"\xff\xff" + d[6:], "its tag ffff is no character", 1),
        (lambda d: struct.pack("<I2sHH", 10, b"A\0", 0, 9) + d, "it has no pixel", 2),
        (lambda d: struct.pack("<I2sHH", 65545, b"A\0", 65535, 1) + d, "65535 by 1", 0),
    ],
)
def test_a_damaged_picture_is_named_or_left_out(
    tmp_path: Path, data: object, said: str, kept: int
) -> None:
    damaged: bytes = data(gnt(tmp_path))  # type: ignore[operator]
    with pytest.raises(CorpusError, match=said):
        list(casia.read_gnt(io.BytesIO(damaged), "1.gnt"))
    damages: list[casia.Damage] = []
    found = list(casia.read_gnt(io.BytesIO(damaged), "1.gnt", report=damages.append))
    assert len(found) == kept
    assert len(damages) == 1


def test_pictures_that_cannot_be_held_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InkError, match="pixels a side"):
        casia.write_gnt(tmp_path / "1.gnt", [casia.Glyph(np.zeros((0, 3), np.uint8), "一")])


def head(magic: bytes, size: int, *, kind: bytes = b"unsigned char") -> bytes:
    note = b"x" * (size - 54 if magic != b"MPF" else size - 62)
    return (
        struct.pack("<i", size)
        + magic.ljust(8, b"\0")
        + note
        + b"GB2312".ljust(20, b"\0")
        + struct.pack("<h", 2)
        + kind.ljust(20, b"\0")
    )


def page(magic: bytes, lines: bytes) -> bytes:
    strokes = b"".join(struct.pack("<H4H", 2, n, n, n + 1, n + 2) for n in (10, 20, 30))
    return head(magic, 60) + struct.pack("<iii", 0, 7, 3) + strokes + lines


def numbers(*values: int) -> bytes:
    return struct.pack(f"<H{len(values)}H", len(values), *values)


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
    found = casia.read_ptts(page(b"PTTS", PTTS), "1.ptts")
    assert found.number == 7
    assert [line.text for line in found.lines] == ["十\ufffd"]
    ten, unnamed = found.inks(writer="ann")
    assert (ten.char, unnamed.char, ten.writer) == ("十", None, "ann")
    assert ten.strokes[1].points.tolist() == [[30, 30], [31, 32]]


def test_a_page_of_words_has_lines_of_text() -> None:
    lines = struct.pack("<H", 1) + numbers(2, 0) + struct.pack("<H", 2) + "二十".encode("gbk")
    (line,) = casia.read_wptt(page(b"WPTT", lines), "1.wptt").lines
    assert (line.text, line.strokes, line.characters) == ("二十", (2, 0), ())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (page(b"PTTS", PTTS)[:-1], "2 bytes are wanted, 1 are left"),
        (page(b"WPTT", PTTS), "the format is 'WPTT', not PTTS"),
        (page(b"PTTS", struct.pack("<H", 1) + numbers(3)), "there is no stroke 3"),
        (page(b"PTTS", PTTS) + b"x", "1 bytes are left"),
        (b"\0\0", "4 bytes are wanted"),
        (head(b"PTTS", 60)[:4] + head(b"PTTS", 60)[4:] + b"\xff" * 12, "cannot have -1 strokes"),
    ],
)
def test_a_damaged_page_is_an_error_with_its_byte(data: bytes, said: str) -> None:
    with pytest.raises(CorpusError, match=said):
        casia.read_ptts(data, "1.ptts")


def mpf(rows: Sequence[tuple[bytes, bytes]], *, count: int | None = None, **more: bytes) -> bytes:
    body = b"".join(code + values for code, values in rows)
    sizes = struct.pack("<ii", len(rows) if count is None else count, 3)
    return head(b"MPF", 70, **more) + sizes + body


def test_features_are_read_with_their_characters() -> None:
    rows = [("一".encode("gbk"), b"\x01\x02\x03"), (b"A\0", b"\xff\0\x07")]
    found = casia.read_mpf(mpf(rows), "1.mpf")
    assert found.characters == "一A"
    assert found.values.tolist() == [[1, 2, 3], [255, 0, 7]]
    for data in (mpf(rows, count=3), mpf(rows)[:-1], mpf([(b"\xff\xff", b"123")])):
        with pytest.raises(CorpusError, match=r"1\.mpf, byte"):
            casia.read_mpf(data, "1.mpf")
    with pytest.raises(CorpusError, match="'float'"):
        casia.read_mpf(mpf(rows, kind=b"float"), "1.mpf")


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def test_archives_and_folders_are_read_as_they_come(tmp_path: Path) -> None:
    casia.write_pot(tmp_path / "a" / "1241.pot", [ONE])
    data = (tmp_path / "a" / "1241.pot").read_bytes()
    packed = zipped(tmp_path / "Pot1.1Test.zip", {"x/1242.pot": data, "readme.txt": b"", "b/": b""})
    for path, writer in ((tmp_path / "a", "1241"), (packed, "1242")):
        (ink,) = read_inks(path)
        assert (ink.char, ink.writer, ink.source) == ("一", writer, "CASIA OLHWDB1.1")
    with pytest.raises(CorpusError, match=r"has no \.gnt files"):
        casia.sources(packed, (".gnt",))


def test_a_bad_archive_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(CorpusError, match=r"no \.zip archive"):
        list(read_inks(path))
    whole = zipped(path, {"1.pot": b"\0" * 3000}).read_bytes()
    path.write_bytes(whole.replace(whole[35:40], b"\xff" * 5))
    with pytest.raises(CorpusError, match=r"1\.pot cannot be unpacked"):
        list(read_inks(path))
    monkeypatch.setattr(archive, "MAX_MEMBER", 2999)
    zipped(path, {"1.pot": b"\0" * 3000})
    with pytest.raises(CorpusError, match="unpacks to more than 2999"):
        list(read_inks(path))


@pytest.mark.parametrize(
    ("name", "known_as", "split"),
    [
        ("Pot1.0Train.zip/001.pot", "CASIA OLHWDB1.0", "train"),
        ("Pot1.0Test.zip/001.pot", "CASIA OLHWDB1.0", "test"),
        ("OLHWDB1.2Test_pot/750.pot", "CASIA OLHWDB1.2", "test"),
        ("OLHWDB1.1Trn_pot/1300.pot", "CASIA OLHWDB1.1", "train"),
        ("test/336.pot", "CASIA OLHWDB1.0", "train"),
        ("ink/337.pot", "CASIA OLHWDB1.0", "test"),
        ("ink/1240.pot", "CASIA OLHWDB1.1", "train"),
        ("ink/1241.pot", "CASIA OLHWDB1.1", "test"),
        ("ink/741.pot", "CASIA OLHWDB1.2", "test"),
        ("competition_POT.zip/C001.pot", "CASIA ICDAR-2013 online competition", "test"),
        ("c012.pot", "CASIA ICDAR-2013 online competition", "test"),
        ("mine/ann.pot", "CASIA", "train"),
    ],
)
def test_sets_and_splits_are_known_by_name_or_writer(name: str, known_as: str, split: str) -> None:
    assert casia.set_name(name) == known_as
    assert casia.split_of(name) == split


def test_offline_sets_have_their_own_names() -> None:
    assert casia.set_name("Gnt1.0TrainPart2.zip/9.gnt", is_online=False) == "CASIA HWDB1.0"
    assert casia.split_of("Gnt1.0TrainPart2.zip/9.gnt") == "train"
