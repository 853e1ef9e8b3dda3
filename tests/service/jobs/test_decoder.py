"""The process that decodes: what it writes, and what it refuses within its limits."""

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from service.jobs.decoder import MOST_EXPANSION, Refused, Upload, check_header, request_of
from style.pictures.files import as_srgb, scaled

MOST_PIXELS = 40_000_000
SIDE = 6324  # of a square of nearly MOST_PIXELS
# A process between this one and the decoder: a child inherits the peak of the process it is of.
MEASURE = """
import json, resource, subprocess, sys
command = [sys.executable, "-m", "service.jobs.decoder"]
with open(sys.argv[1]) as request, open(sys.argv[2], "w") as answer:
    subprocess.run(command, stdin=request, stdout=answer, check=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([usage.ru_maxrss, usage.ru_utime + usage.ru_stime]))
"""


@dataclass(frozen=True)
class Run:
    """How the process ended: its answer, the memory and the CPU time that it took."""

    answer: dict[str, Any]
    bytes: int
    cpu_seconds: float


def decode(path: Path, *, longest: int = 512, max_pixels: int = MOST_PIXELS) -> Run:
    """Decode `path` to `out.png` beside it."""
    request, answer = path.with_name("request.json"), path.with_name("answer.json")
    upload = Upload(str(path), str(path.with_name("out.png")), longest)
    request.write_text(request_of([upload], max_pixels=max_pixels), "utf-8")
    environ = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", MEASURE, str(request), str(answer)]
    run = subprocess.run(command, env=environ, capture_output=True, check=True)
    peak, seconds = json.loads(run.stdout)
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(json.loads(answer.read_text("utf-8")), peak * unit, seconds)


def flat(mode: str) -> Image.Image:
    return Image.new(mode, (SIDE, SIDE))


def barely_allowed(bands: int) -> Image.Image:
    """Expands nearly as much as is allowed: noise in a few rows, and nothing below them."""
    pixels = np.zeros((SIDE, SIDE, bands), np.uint8)
    rows = round(SIDE * 1.2 / MOST_EXPANSION)
    pixels[:rows] = np.random.default_rng(0).integers(0, 255, (rows, SIDE, bands), np.uint8)
    return Image.fromarray(pixels)


BOMBS: dict[str, tuple[str, Callable[[], Image.Image]]] = {
    "flat": ("PNG", lambda: flat("RGBA")),
    "palette": ("PNG", lambda: flat("P")),
    "bits": ("PNG", lambda: flat("1")),
    "webp": ("WEBP", lambda: flat("RGB")),
    "barely allowed": ("PNG", lambda: barely_allowed(4)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_little_cost(tmp_path: Path, name: str) -> None:
    kind, make = BOMBS[name]
    make().save(tmp_path / "bomb", kind)
    run = decode(tmp_path / "bomb")
    assert "refused" in run.answer
    assert run.bytes < 300_000_000 and run.cpu_seconds < 2
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("kind", "make"), [("PNG", lambda: barely_allowed(3)), ("JPEG", lambda: flat("CMYK"))]
)
def test_a_large_picture_is_reduced_within_the_limits(
    tmp_path: Path, kind: str, make: Callable[[], Image.Image]
) -> None:
    make().save(tmp_path / "picture", kind)
    run = decode(tmp_path / "picture")
    assert run.answer == {"sizes": [[512, 512]]}
    assert run.bytes < 300_000_000


def test_a_picture_becomes_what_the_painter_would_have_made_of_it(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (300, 200, 3), np.uint8)
    picture = Image.fromarray(noise)
    exif = picture.getexif()
    exif[0x0112] = 6  # the camera was turned
    picture.save(tmp_path / "picture", "PNG", exif=exif)
    run = decode(tmp_path / "picture", longest=128)
    with Image.open(tmp_path / "picture") as given, Image.open(tmp_path / "out.png") as out:
        expected = scaled(as_srgb(given), 128)
        assert np.array_equal(out, expected)
        assert run.answer == {"sizes": [[128, 85]]} and not out.getexif()


def test_a_much_larger_picture_keeps_its_colours(tmp_path: Path) -> None:
    wave = np.sin(np.linspace(0, 12, 2000))[:, None, None] * np.ones((1, 1500, 3)) * 100 + 128
    Image.fromarray(wave.astype(np.uint8)).save(tmp_path / "picture", "JPEG", quality=95)
    decode(tmp_path / "picture", longest=100)
    with Image.open(tmp_path / "picture") as given, Image.open(tmp_path / "out.png") as out:
        assert out.size == (75, 100)
        error = np.abs(np.asarray(scaled(given, 100), float) - np.asarray(out, float))
        assert error.mean() < 1


@pytest.mark.parametrize(
    ("kind", "size", "words"),
    [
        ("PNG", (8, 100), "at least 16"),
        ("PNG", (200, 200), "at most 30000 pixels"),
        ("GIF", (32, 32), "JPEG, PNG, WEBP"),
    ],
)
def test_a_header_is_refused_with_a_reason(
    tmp_path: Path, kind: str, size: tuple[int, int], words: str
) -> None:
    Image.new("RGB", size).save(tmp_path / "picture", kind)
    with pytest.raises(Refused, match=words):
        check_header(tmp_path / "picture", max_pixels=30_000)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(2).integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole", "PNG")
    (tmp_path / "picture").write_bytes((tmp_path / "whole").read_bytes()[:4000])
    assert "damaged" in decode(tmp_path / "picture").answer["refused"]


def test_an_error_of_the_disk_is_not_blamed_on_the_picture(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32)).save(tmp_path / "picture", "PNG")
    (tmp_path / "out.png").mkdir()
    assert decode(tmp_path / "picture").answer["no_storage"] is not None


def test_the_written_file_is_private(tmp_path: Path) -> None:
    Image.new("RGB", (32, 32)).save(tmp_path / "picture", "PNG")
    decode(tmp_path / "picture")
    assert (tmp_path / "out.png").stat().st_mode & 0o777 == 0o600


def test_a_picture_of_too_many_pixels_is_not_called_another_format(tmp_path: Path) -> None:
    header = b"IHDR" + struct.pack(">2I5B", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    data = struct.pack(">I", 9) + b"IDAT" + bytes(13)
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + data)
    with pytest.raises(Refused, match="too many pixels"):
        check_header(tmp_path / "picture", max_pixels=30_000)
