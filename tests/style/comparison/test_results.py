"""The table and the contact sheet of rows that are given."""

from pathlib import Path

from PIL import Image

from style.comparison.results import Comparison, Row, contact_sheet, markdown_table

ROWS = tuple(
    Row(backbone, equal, 2, 3.0, 1.5, 400.4, 2_500_000, 9.96, 0.1234, 0.5)
    for backbone in ("alexnet", "vgg16")
    for equal in ("steps", "time")
)
COMPARISON = Comparison(ROWS, {"vgg19": "no weights"})


def test_the_table_marks_the_judge_and_ends_with_what_was_left_out() -> None:
    lines = markdown_table(COMPARISON).splitlines()
    numbers = "2 | 1.500 | 3.0 | 400 | 2.5 | 10.0 | 0.123 | 0.500 |"
    assert lines[2] == f"| alexnet | steps | {numbers}"
    assert lines[4] == f"| vgg16 (judges itself) | steps | {numbers}"
    assert lines[-1] == "Left out: vgg19: no weights"


def test_the_sheet_has_equal_steps_above_equal_time(tmp_path: Path) -> None:
    colors = ["red", "lime", "blue", "yellow"]
    for row, color in zip(ROWS, colors, strict=True):
        Image.new("RGB", (64, 64), color).save(tmp_path / f"{row.backbone}-{row.equal}.png")
    given = Image.new("RGB", (64, 64), "cyan"), Image.new("RGB", (64, 64), "magenta")
    sheet = contact_sheet(COMPARISON, given, tmp_path)
    cells = [sheet.getpixel((x, y)) for x in (128, 384, 640) for y in (128, 422)]
    named = ["cyan", "magenta", *colors]
    assert cells == [Image.new("RGB", (1, 1), name).getpixel((0, 0)) for name in named]
