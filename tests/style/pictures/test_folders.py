"""Folders of pictures."""

from pathlib import Path

import pytest

from style.errors import PictureError
from style.pictures.folders import output_folder, output_path, pictures_in


def test_the_pictures_of_a_folder_are_sorted_by_name(tmp_path: Path) -> None:
    for name in ("b.JPG", "a.gif", "notes.txt", "c.png"):
        (tmp_path / name).touch()
    assert [path.name for path in pictures_in(tmp_path)] == ["a.gif", "b.JPG", "c.png"]


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
    ("name", "output"), [("a.JPG", "a.JPG"), ("a.webp", "a.webp"), ("a.gif", "a.gif.png")]
)
def test_an_output_has_a_suffix_that_can_be_written(name: str, output: str) -> None:
    assert output_path(Path("in") / name, Path("out")) == Path("out") / output
