"""The results of a comparison: rows of numbers, a Markdown table and a contact sheet."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from data.cache import replacing
from style.comparison.judge import JUDGE

CELL_PX, CAPTION_PX = 256, 38


@dataclass(frozen=True)
class Row:
    """One backbone's picture, its cost and its scores.

    `equal`: what is equal for all backbones, "steps" or "time". `seconds`: of all steps;
    `seconds_per_step`: at the largest size. `memory_mb`: peak of the whole process, in MB.
    `weights_mb`: size of the weights file, in MB. `style` and `content`: as `Judge.scores`.
    """

    backbone: str
    equal: str
    steps: int
    seconds: float
    seconds_per_step: float
    memory_mb: float
    parameters: int
    weights_mb: float
    style: float
    content: float


@dataclass(frozen=True)
class Comparison:
    """The rows, and for each backbone that was left out the reason."""

    rows: tuple[Row, ...]
    left_out: dict[str, str]


def write_results(
    comparison: Comparison, pictures: tuple[Image.Image, Image.Image], folder: Path
) -> None:
    """Writes `table.json`, `table.md` and `sheet.png`; `pictures`: content and style."""
    texts = {
        "table.json": json.dumps(asdict(comparison), indent=2),
        "table.md": markdown_table(comparison),
    }
    for name, text in texts.items():
        with replacing(folder / name) as partial:
            partial.write_text(text + "\n", "utf-8")
    with replacing(folder / "sheet.png") as partial:
        contact_sheet(comparison, pictures, folder).save(partial, "PNG")


def markdown_table(comparison: Comparison) -> str:
    """The rows as a Markdown table, and a line for each backbone that was left out."""
    lines = [
        "| backbone | equal | steps | seconds a step | seconds | memory, MB | parameters, millions"
        " | file, MB | style | content |",
        "|---" * 10 + "|",
    ]
    for row in comparison.rows:
        name = f"{row.backbone} (judges itself)" if row.backbone == JUDGE else row.backbone
        lines.append(
            f"| {name} | {row.equal} | {row.steps} | {row.seconds_per_step:.3f} |"
            f" {row.seconds:.1f} | {row.memory_mb:.0f} | {row.parameters / 1e6:.1f} |"
            f" {row.weights_mb:.1f} | {row.style:.3f} | {row.content:.3f} |"
        )
    lines += [f"\nLeft out: {name}: {reason}" for name, reason in comparison.left_out.items()]
    return "\n".join(lines)


def contact_sheet(
    comparison: Comparison, pictures: tuple[Image.Image, Image.Image], folder: Path
) -> Image.Image:
    """Content above style, then a column for each backbone: equal steps above equal time.

    `folder`: where the pictures of the rows are.
    """
    names = list(dict.fromkeys(row.backbone for row in comparison.rows))
    sheet = Image.new("RGB", ((len(names) + 1) * CELL_PX, 2 * (CELL_PX + CAPTION_PX)), "white")
    for line, (picture, caption) in enumerate(zip(pictures, ("content", "style"), strict=True)):
        _add_cell(sheet, 0, line, picture, caption)
    for row in comparison.rows:
        caption = f"{row.backbone}, {row.steps} steps, {row.seconds:.1f} s\n"
        caption += f"style {row.style:.2f}, content {row.content:.2f}"
        column, line = names.index(row.backbone) + 1, int(row.equal == "time")
        with Image.open(folder / f"{row.backbone}-{row.equal}.png", formats=["PNG"]) as picture:
            _add_cell(sheet, column, line, picture, caption)
    return sheet


def _add_cell(
    sheet: Image.Image, column: int, line: int, picture: Image.Image, caption: str
) -> None:
    """Pastes a picture, scaled to its cell, with its caption below."""
    picture = picture.convert("RGB")
    factor = (CELL_PX - 8) / max(picture.size)
    picture = picture.resize((round(picture.width * factor), round(picture.height * factor)))
    x, y = column * CELL_PX, line * (CELL_PX + CAPTION_PX)
    sheet.paste(picture, (x + 4, y + 4))
    font = ImageFont.load_default(13)
    ImageDraw.Draw(sheet).multiline_text((x + 6, y + CELL_PX - 2), caption, "black", font)
