"""The EXIF orientation, whatever else the EXIF data holds."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style.pictures.files import open_picture
from style.pictures.orientation import exif_orientation, orientation

ORIENTATION, EXIF_DIRECTORY = 0x0112, 0x8769


def exif(*entries: tuple[int, int, int, int], order: str = "<") -> bytes:
    """EXIF data of one directory: tag, type, count and value of each entry."""
    start = b"II*\0" if order == "<" else b"MM\0*"
    packed = b"".join(
        struct.pack(f"{order}HHI", *entry[:3])
        + struct.pack(f"{order}H2x" if entry[1] == 3 else f"{order}I", entry[3])
        for entry in entries
    )
    return start + struct.pack(f"{order}IH", 8, len(entries)) + packed + bytes(4)


DAMAGED = {
    "a directory that leads to itself": (EXIF_DIRECTORY, 4, 1, 8),
    "a directory beyond the end": (EXIF_DIRECTORY, 4, 1, 10**6),
    "a text beyond the end": (0x010F, 2, 10**6, 10**6),
    "an unknown type": (0x010F, 99, 1, 0),
    "a resolution over zero": (0x011A, 5, 1, 0),
    "floats that are none": (0x9999, 12, 3, 2),
}


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_tag_does_not_matter(tmp_path: Path, suffix: str, name: str) -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.paste((0, 0, 0), (0, 0, 10, 10))
    data = exif((ORIENTATION, 3, 1, 6), DAMAGED[name])
    path = tmp_path / f"a.{suffix}"
    image.save(path, exif=b"Exif\0\0" + data)
    opened = open_picture(path)
    assert opened.size == (20, 40)
    dark = np.argwhere(np.asarray(opened.convert("L")) < 60).mean(axis=0)
    assert dark[0] < 10 < dark[1]  # the upper left corner has come to the upper right


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_the_tag_is_read_in_both_byte_orders(order: str, value: int) -> None:
    data = exif((0x010F, 2, 4, 0), (ORIENTATION, 3, 1, value), order=order)
    assert exif_orientation(data) == exif_orientation(b"Exif\0\0" + data) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II",
        b"nonsense of some length",
        exif((ORIENTATION, 3, 1, 9)),
        exif((ORIENTATION, 2, 1, 6)),
        exif((ORIENTATION, 3, 1, 6))[:15],
        struct.pack("<4sIH", b"II*\0", 8, 65535),
    ],
)
def test_without_a_valid_tag_there_is_no_orientation(data: bytes) -> None:
    assert exif_orientation(data) is None
    assert orientation({"exif": data}) == 1


def test_the_orientation_is_also_found_in_xmp_and_in_imagemagicks_text() -> None:
    xmp = '<rdf:Description tiff:Orientation="6"/>'
    assert orientation({"xmp": xmp.encode()}) == orientation({"XML:com.adobe.xmp": xmp}) == 6
    data = (b"Exif\0\0" + exif((ORIENTATION, 3, 1, 8))).hex()
    text = f"\nexif\n{len(data) // 2:8}\n{data[:40]}\n{data[40:]}\n"
    assert orientation({"Raw profile type exif": text}) == 8
    assert orientation({"Raw profile type exif": "\nexif\n 4\nxyz\n"}) == 1
