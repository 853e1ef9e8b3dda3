"""One picture in every fast style, with their names."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw, ImageFont

from style.fast.network import FastStyle
from style.fast.painting import paint

CELL_PX, MARGIN_PX, TEXT_PX = 320, 8, 16
INK, PAPER = "black", "white"


def style_sheet(image: Image.Image, network: FastStyle | None = None) -> Image.Image:
    """The picture itself, then in each style, each with its name below; about as wide as high."""
    network = network or FastStyle.load()
    small = image.convert("RGB")
    small.thumbnail((CELL_PX, CELL_PX))
    cells = {"photo": small}
    cells |= {name: paint(small, name, network=network) for name in network.names}
    columns = math.ceil(math.sqrt(len(cells)))
    step_x, step_y = small.width + MARGIN_PX, small.height + TEXT_PX + MARGIN_PX
    rows = math.ceil(len(cells) / columns)
    sheet = Image.new("RGB", (columns * step_x + MARGIN_PX, rows * step_y + MARGIN_PX), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(TEXT_PX * 0.75)
    for number, (name, cell) in enumerate(cells.items()):
        row, column = divmod(number, columns)
        left, top = MARGIN_PX + column * step_x, MARGIN_PX + row * step_y
        sheet.paste(cell, (left, top))
        draw.text((left, top + small.height + 1), name, fill=INK, font=font)
    return sheet
