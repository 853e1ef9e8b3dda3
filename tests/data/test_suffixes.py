"""Wrong suffixes, told in one wording."""

from pathlib import Path

import pytest

from data.suffixes import suffix_fault


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        ([".h5"], ".h5"),
        ([".png", ".svg"], ".png or .svg"),
        ([".png", ".jpg", ".png", ".webp"], ".png, .jpg or .webp"),
    ],
)
def test_a_wrong_suffix_is_told_in_one_wording(allowed: list[str], words: str) -> None:
    fault = suffix_fault(Path("a/x.bmp"), allowed)
    assert fault == f"cannot write a/x.bmp: its suffix must be {words}"
    assert suffix_fault(Path("a/X.PNG"), [*allowed, ".png"]) == ""
