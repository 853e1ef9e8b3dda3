"""Writing pictures: what is found before a run, and what is rescued after it."""

import errno
import os
import re
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.os_errors import REASONS
from style.errors import PictureError
from style.pictures.files import open_picture
from style.pictures.output import FORMATS, check_output, save_or_rescue, save_picture

RED = (250, 20, 30)
IMAGE = Image.new("RGB", (20, 20), RED)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`out`, the working folder `work` and `temporary`, the folder of temporary files."""
    for name in ("out", "work", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path


def fail_in(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Lets no picture be encoded into these folders, as on a full disk."""
    save = Image.Image.save

    def full(image: Image.Image, path: Path, *args: object, **options: object) -> None:
        if path.absolute().parent in folders:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(image, path, *args, **options)

    monkeypatch.setattr(Image.Image, "save", full)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_path_that_can_be_written_is_accepted_and_left_alone(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    check_output(path)
    path.write_bytes(b"before")
    check_output(path)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.xyz", "cannot write .*: its suffix must be .png, .jpg"),
        ("folder.png", "is a folder; give a file name"),
        ("pipe.png", "is not a regular file"),
        ("file.png/a.png", "file.png: it is not a folder"),
        (f"{'a' * 250}.png", "the name is too long; give a shorter one"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file.png").touch()
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PictureError, match=message):
        check_output(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PictureError, match=r"a\.png: you may not read or write it"):
        check_output(tmp_path / "a.png")


@pytest.mark.parametrize("code", REASONS)
def test_a_folder_that_takes_no_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refused(*_args: object, **_options: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refused)
    told = errno.EACCES if code == errno.ENOENT else code  # /proc says that its folder is not there
    with pytest.raises(PictureError, match=rf"a\.png: {re.escape(REASONS[told])}"):
        check_output(tmp_path / "a.png")


def test_a_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(9, 8, 1))
    with pytest.raises(PictureError, match="the disk has only 1 bytes left"):
        check_output(tmp_path / "a.png")


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    save_picture(IMAGE, path)
    before = path.read_bytes()
    fail_in(monkeypatch, tmp_path)
    with pytest.raises(OSError, match="No space"):
        save_picture(Image.new("RGB", (20, 20), "blue"), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]


def test_transparent_pixels_become_white_in_jpeg(tmp_path: Path) -> None:
    save_picture(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), tmp_path / "a.jpg")
    assert open_picture(tmp_path / "a.jpg").getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize("suffix", ["jpg", "jpeg"])
def test_jpeg_keeps_colours_at_full_resolution(tmp_path: Path, suffix: str) -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2], stripes[:, 1::2] = (255, 0, 0), (0, 0, 255)  # as bright, one pixel wide
    save_picture(Image.fromarray(stripes), tmp_path / f"a.{suffix}")
    opened = np.asarray(open_picture(tmp_path / f"a.{suffix}"), int)
    assert np.abs(opened - stripes).mean() < 5  # 4:2:0 gives more than 60


def test_a_picture_is_written_where_it_should_be(places: Path) -> None:
    assert save_or_rescue(IMAGE, places / "out" / "a.png") == places / "out" / "a.png"
    assert open_picture(places / "out" / "a.png").getpixel((3, 3)) == RED


def test_a_folder_that_is_gone_costs_no_picture(places: Path) -> None:
    (places / "out").rmdir()
    assert save_or_rescue(IMAGE, places / "out" / "a.jpg") == places / "out" / "a.jpg"
    shutil.rmtree(places / "out")
    (places / "out").touch()
    assert save_or_rescue(IMAGE, places / "out" / "a.jpg") == places / "work" / "a.jpg"
    assert (places / "out").is_file()


def test_a_working_folder_that_is_gone_costs_no_picture(places: Path) -> None:
    (places / "work").rmdir()
    assert save_or_rescue(IMAGE, Path("a.png")) == places / "temporary" / "a.png"


def test_a_target_that_has_become_a_folder_costs_no_picture(places: Path) -> None:
    (places / "out" / "a.png").mkdir()
    assert save_or_rescue(IMAGE, places / "out" / "a.png") == places / "out" / "a-1.png"


@pytest.mark.parametrize(("full", "rescued"), [(1, "work"), (2, "temporary")])
def test_a_full_disk_costs_no_picture(
    places: Path, monkeypatch: pytest.MonkeyPatch, full: int, rescued: str
) -> None:
    fail_in(monkeypatch, *[places / name for name in ("out", "work")[:full]])
    (places / rescued / "a.png").write_bytes(b"another's")
    written = save_or_rescue(IMAGE, places / "out" / "a.png")
    assert written == places / rescued / "a-1.png"
    assert open_picture(written).getpixel((3, 3)) == RED
    assert (places / rescued / "a.png").read_bytes() == b"another's"


def test_a_picture_too_large_for_its_format_is_written_as_png(places: Path) -> None:
    long = Image.new("RGB", (16_400, 16), RED)  # WebP has at most 16,383
    assert save_or_rescue(long, places / "out" / "a.webp") == places / "out" / "a.png"


def test_where_nothing_can_be_written_the_first_error_is_raised(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_in(monkeypatch, *[places / name for name in ("out", "work", "temporary")])
    with pytest.raises(OSError, match="No space left"):
        save_or_rescue(IMAGE, places / "out" / "a.png")
    assert not any((places / name / "a.png").exists() for name in ("out", "work", "temporary"))
