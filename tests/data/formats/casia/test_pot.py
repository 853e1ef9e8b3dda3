import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import CorpusError, InkError
from data.formats import casia
from data.formats.casia import pot
from data.ink import Ink, Stroke
from data.ink.packed import Packed, unpack

SAMPLE = Path(__file__).parents[5] / "shared" / "ink" / "olhwdb-sample.pot"
INKS = [
    Ink.from_wire({"strokes": [[[5, 6], [7, 8]], [[9, 9]]], "char": "啊"}),
    Ink.from_wire({"strokes": [[[-3, 100], [1, 1], [2, 2]]], "char": "!"}),
    Ink.from_wire({"strokes": [[[1, 2]], [[3, 4]], [[5, 6]]], "char": "永"}),
]


def read(data: bytes, **options: object) -> list[Ink]:
    packs: list[Packed] = list(casia.read_pot(io.BytesIO(data), "1.pot", **options))  # type: ignore[arg-type]
    return [ink for packed in packs for ink in unpack(packed)]


def written(folder: Path, inks: list[Ink]) -> bytes:
    path = folder / "1.pot"
    assert casia.write_pot(path, inks) == len(inks)
    return path.read_bytes()


@pytest.mark.parametrize("window", [1, 40, 1 << 20])
def test_what_is_written_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(pot, "WINDOW", window)
    again = read(written(tmp_path, INKS), writer="ann")
    assert [ink.to_wire() for ink in again] == [ink.to_wire() | {"writer": "ann"} for ink in INKS]


def test_a_tag_is_stored_low_byte_first(tmp_path: Path) -> None:
    data = written(tmp_path, INKS[:1])
    assert data[2:6] == b"\xa1\xb0\x00\x00"
    assert len(data) == struct.unpack_from("<H", data)[0] == 8 + 4 * (3 + 2 + 1)


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (2, b"\xff\xff", "its tag is not a character of GB 18030: 0xffff"),
        (6, b"\x07\x00", "its number of strokes is not the one it states"),
        (-4, b"\x01\x00", "do not end in"),
        (0, b"\x00\x00", "a record of 0 bytes"),
        (0, b"\x0e\x00", "a record of 14 bytes"),
    ],
)
@pytest.mark.parametrize("window", [3, 1 << 20])
def test_damage_is_an_error_with_file_record_and_byte_or_left_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: int,
    value: bytes,
    reason: str,
    window: int,
) -> None:
    monkeypatch.setattr(pot, "WINDOW", window)
    first, second, third = (written(tmp_path, [ink]) for ink in INKS)
    bad = bytearray(second)
    at %= len(bad)
    bad[at : at + len(value)] = value
    data = first + bytes(bad) + third
    with pytest.raises(CorpusError) as raised:
        read(data)
    assert str(raised.value).startswith(f"1.pot, record 1 at byte {len(first)}: ")
    assert reason in str(raised.value)
    damages: list[casia.Damage] = []
    assert [ink.char for ink in read(data, report=damages.append)] == ["啊", "永"]
    assert [damage.record for damage in damages] == [1]


def test_the_whole_records_of_a_truncated_file_are_kept(tmp_path: Path) -> None:
    data = written(tmp_path, INKS)[:-3]
    with pytest.raises(CorpusError, match="the file is truncated"):
        read(data)
    damages: list[casia.Damage] = []
    assert len(read(data, report=damages.append)) == 2
    assert len(damages) == 1


def test_strokes_without_points_are_left_out(tmp_path: Path) -> None:
    data = bytearray(written(tmp_path, INKS[:1]))
    data[8:8] = b"\xff\xff\x00\x00"
    data[:2] = struct.pack("<H", len(data))
    data[6] += 1
    (ink,) = read(bytes(data))
    assert [len(stroke.points) for stroke in ink.strokes] == [2, 1]


@pytest.mark.parametrize(
    ("ink", "reason"),
    [
        (Ink.from_wire({"strokes": [[[-1, 0]]], "char": "一"}), "marks"),
        (Ink.from_wire({"strokes": [[[1e6, 0]]], "char": "一"}), "coordinates"),
        (Ink.from_wire({"strokes": [[[1, 0]]], "char": "𠮟"}), "not '𠮟'"),
        (Ink.from_wire({"strokes": [[[1, 0]]]}), "one character"),
        (Ink((Stroke(np.ones((17000, 2), np.float32)),), "一"), "bytes at most"),
    ],
)
def test_an_ink_that_the_format_cannot_hold_is_refused(
    tmp_path: Path, ink: Ink, reason: str
) -> None:
    with pytest.raises(InkError, match=reason):
        casia.write_pot(tmp_path / "1.pot", [INKS[0], ink])
    assert list(tmp_path.iterdir()) == []


@given(st.binary(max_size=200), st.integers(0, 90))
def test_any_bytes_are_read_or_refused(noise: bytes, at: int) -> None:
    record = pot._encode(INKS[0])
    data = (record + record[:at] + noise + record)[: 100 + len(noise)]
    damages: list[casia.Damage] = []
    assert all(ink.strokes for ink in read(data, report=damages.append))


@pytest.mark.skipif(not SAMPLE.exists(), reason="../shared/ink has no real CASIA file")
def test_the_real_sample_decodes_whole() -> None:
    inks = read(SAMPLE.read_bytes())
    assert len(inks) == 1500
    assert all(ink.char is not None for ink in inks)
    assert sum("一" <= (ink.char or "") <= "鿿" for ink in inks) > 1000
