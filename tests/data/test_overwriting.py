"""Outputs that are inputs, or each other."""

import os
from pathlib import Path

import pytest

from data.errors import DataError
from data.overwriting import check_no_overwrite


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: a picture, and other ways to it."""
    monkeypatch.chdir(tmp_path)
    Path("photo.png").write_bytes(b"a picture")
    Path("symbolic.png").symlink_to("photo.png")
    os.link("photo.png", "hard.png")
    Path("sub").mkdir()
    Path("linked").symlink_to("sub")
    return tmp_path


@pytest.mark.parametrize(
    "other",
    ["photo.png", "./photo.png", "sub/../photo.png", "symbolic.png", "hard.png", "ABSOLUTE"],
)
def test_an_output_that_is_an_input_is_refused(folder: Path, other: str) -> None:
    output = folder / "photo.png" if other == "ABSOLUTE" else Path(other)
    with pytest.raises(DataError, match=r"--output .* would overwrite CONTENT photo\.png; give"):
        check_no_overwrite({"--output": output}, {"CONTENT": Path("photo.png")})
    assert Path("photo.png").read_bytes() == b"a picture"


@pytest.mark.parametrize(
    "option", ["--output", "--report", "--preview", "--animation", "--checkpoint"]
)
@pytest.mark.parametrize("argument", ["CONTENT", "STYLE", "--init", "--content-mask"])
def test_every_option_is_compared_to_every_input(folder: Path, option: str, argument: str) -> None:
    inputs = {"CONTENT": Path("a.png"), "STYLE": [Path("b.png"), Path("c.png")], "--init": None}
    inputs[argument] = [Path("d.png"), Path("photo.png")]
    outputs = {"--output": Path("out.png"), "--report": None} | {option: Path("photo.png")}
    with pytest.raises(DataError, match=f"{option} photo.png would overwrite {argument}"):
        check_no_overwrite(outputs, inputs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("new.png", "new.png"),
        ("new.png", "sub/../new.png"),
        ("sub/new.png", "linked/new.png"),
        ("photo.png", "hard.png"),
        ("sub", "linked"),
    ],
)
def test_two_outputs_of_one_name_are_refused(folder: Path, one: str, other: str) -> None:
    with pytest.raises(DataError, match=rf"--report {other} is the same file as --output {one}"):
        check_no_overwrite({"--output": Path(one), "--report": Path(other)}, {})


def test_a_folder_of_inputs_is_not_written_into_by_the_same_names(folder: Path) -> None:
    pictures = [Path("sub/a.png"), Path("sub/b.gif")]
    for picture in pictures:
        picture.touch()
    outputs = {"--output": [Path("linked/a.png"), Path("linked/b.gif.png")]}
    with pytest.raises(DataError, match=r"linked/a\.png would overwrite CONTENT sub/a\.png"):
        check_no_overwrite(outputs, {"CONTENT": pictures})


def test_different_files_are_accepted(folder: Path) -> None:
    check_no_overwrite(
        {"--output": Path("out.png"), "--report": Path("sub/out.png"), "--preview": None},
        {"CONTENT": Path("photo.png"), "STYLE": [Path("hard.png"), Path("none.png")]},
    )
    check_no_overwrite({}, {"CONTENT": Path("photo.png")})
    assert sorted(os.listdir()) == ["hard.png", "linked", "photo.png", "sub", "symbolic.png"]
