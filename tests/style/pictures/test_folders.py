"""Folders of pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from style.errors import PictureError
from style.pictures.files import open_picture
from style.pictures.folders import output_folder, output_path, output_paths, pictures_in


def test_the_pictures_of_a_folder_are_sorted_by_name(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.gif", "notes.txt", "c.png"):
        (tmp_path / name).touch()
    assert [path.name for path in pictures_in(tmp_path)] == ["a.gif", "b.JPG", "c.png"]


@pytest.mark.parametrize("suffix", ["avif", "jfif", "heic", "HEIF", "bmp", "tiff", "jpeg", "webp"])
def test_pictures_of_every_suffix_are_found(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.{suffix}").touch()
    assert [path.name for path in pictures_in(tmp_path)] == [f"a.{suffix}"]


def test_what_is_only_named_like_a_picture_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "photos.png").mkdir()
    (tmp_path / "gone.png").symlink_to("none.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "folder.png").symlink_to("photos.png")
    (tmp_path / "._a.png").touch()
    (tmp_path / ".a.png.0123abcd.png").touch()
    (tmp_path / "a.png").touch()
    (tmp_path / "link.png").symlink_to("a.png")
    assert [path.name for path in pictures_in(tmp_path)] == ["a.png", "link.png"]


@pytest.mark.parametrize("suffix", ["avif", "jfif"])
def test_pictures_of_these_suffixes_are_read(tmp_path: Path, suffix: str) -> None:
    image_format = {"avif": "AVIF", "jfif": "JPEG"}[suffix]
    Image.new("RGB", (32, 20), (250, 20, 30)).save(tmp_path / f"a.{suffix}", image_format)
    (path,) = pictures_in(tmp_path)
    np.testing.assert_allclose(open_picture(path).getpixel((9, 9)), (250, 20, 30), atol=6)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(PictureError, match=r"has no picture; supported suffixes: \.png"):
        pictures_in(tmp_path)


def test_an_output_folder_is_created_and_a_file_is_refused(tmp_path: Path) -> None:
    assert output_folder(tmp_path / "a" / "b").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(PictureError, match="OUT must be a folder"):
        output_folder(tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "output"),
    [("a.JPG", "a.JPG"), ("a.webp", "a.webp"), ("a.gif", "a.gif.png"), ("a.jfif", "a.jfif.png")],
)
def test_an_output_has_a_suffix_that_can_be_written(name: str, output: str) -> None:
    assert output_path(Path("in") / name, Path("out")) == Path("out") / output


def test_each_picture_has_an_output_of_its_own() -> None:
    pictures = [Path("in/a.gif"), Path("in/a.png"), Path("in/A.png")]
    assert output_paths(pictures, Path("out")) == {
        Path("in/a.gif"): Path("out/a.gif.png"),
        Path("in/a.png"): Path("out/a.png"),
        Path("in/A.png"): Path("out/A.png"),
    }


@pytest.mark.parametrize("suffix", ["gif", "bmp", "avif", "jfif", "heic"])
def test_two_pictures_with_one_output_are_refused(suffix: str) -> None:
    pictures = [Path(f"in/a.{suffix}"), Path("in/b.png"), Path(f"in/a.{suffix}.png")]
    message = rf"of in/a\.{suffix} and in/a\.{suffix}\.png would both be out/a\.{suffix}\.png"
    with pytest.raises(PictureError, match=message):
        output_paths(pictures, Path("out"))
