"""Traditional patterns that repeat: 青海波, 麻の葉, 七宝, 亀甲. Each is a grey picture of lines."""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

FINER = 4  # times that a tile is drawn larger, and then scaled down
RINGS = (1.0, 0.76, 0.52, 0.28)  # radii of the arcs of a wave, of the outermost

Tile = Callable[[int], Image.Image]


def tiled(tile: Tile, size: tuple[int, int], cell_px: int) -> Image.Image:
    """`tile`, drawn for a cell of `cell_px`, repeated over a picture of `size`; lines are 255."""
    one = tile(FINER * cell_px)
    one = one.resize(
        (max(1, one.width // FINER), max(1, one.height // FINER)), Image.Resampling.BOX
    )
    row = Image.new("L", (size[0], one.height))
    for x in range(0, size[0], one.width):
        row.paste(one, (x, 0))
    whole = Image.new("L", size)
    for y in range(0, size[1], one.height):
        whole.paste(row, (0, y))
    return whole


def seigaiha(cell: int) -> Image.Image:
    """Waves of the blue sea: rows of concentric arcs, each row over the one above."""
    radius = cell // 2
    width, height = 2 * radius, radius // 2 * 2
    line = max(FINER, radius // 17)
    picture = Image.new("L", (width, 3 * height))
    draw = ImageDraw.Draw(picture)
    for row in range(9):
        y = row * height // 2
        for x in range(-width, 2 * width + 1, width):
            middle = x + (row % 2) * radius
            for ring in RINGS:
                r = ring * radius
                box = (middle - r, y - r, middle + r, y + r)
                draw.ellipse(box, fill=0, outline=255, width=line)
    # The rows have the height of a period once those below cover those above.
    return picture.crop((0, height, width, 2 * height))


def shippo(cell: int) -> Image.Image:
    """Seven treasures: circles, each crossed by four others at quarters of its line."""
    radius = cell // 2
    line = max(FINER, radius // 16)
    picture = Image.new("L", (2 * radius, 2 * radius))
    draw = ImageDraw.Draw(picture)
    for column in range(-1, 4):
        for row in range(-1, 4):
            if (column + row) % 2 == 0:
                x, y = column * radius, row * radius
                box = (x - radius, y - radius, x + radius, y + radius)
                draw.ellipse(box, outline=255, width=line)
                dot = radius // 14
                draw.ellipse((x - dot, y - dot, x + dot, y + dot), fill=255)
    return picture


def asanoha(cell: int) -> Image.Image:
    """Hemp leaves: a lattice of triangles, each with lines from its middle to its corners."""
    side = cell // 2 * 2
    height = round(side * math.sqrt(3) / 2)
    line = max(FINER, side // 34)
    picture = Image.new("L", (side, 2 * height))
    draw = ImageDraw.Draw(picture)
    for row in range(-1, 3):
        for column in range(-2, 3):
            left, top = column * side + (row % 2) * side // 2, row * height
            corner, right, below = (left, top), (left + side, top), (left + side // 2, top + height)
            opposite = (left + side + side // 2, top + height)
            for triangle in ((corner, right, below), (right, below, opposite)):
                middle = tuple(sum(point[axis] for point in triangle) / 3 for axis in (0, 1))
                for point in triangle:
                    draw.line((middle, point), fill=255, width=line)
                draw.line((*triangle, triangle[0]), fill=255, width=line)
    return picture


def kikko(cell: int) -> Image.Image:
    """Tortoise shell: hexagons, each with a smaller one inside."""
    side = cell // 2
    half = round(side * math.sqrt(3) / 2)
    line = max(FINER, side // 15)
    picture = Image.new("L", (2 * half, 3 * side))
    draw = ImageDraw.Draw(picture)
    for row in range(-1, 4):
        for column in range(-1, 3):
            x = column * 2 * half + (row % 2) * half
            y = row * (3 * side // 2)
            for scale, width in ((1.0, line), (0.62, max(FINER, line * 2 // 3))):
                corners = [
                    (x + scale * side * math.sin(a), y - scale * side * math.cos(a))
                    for a in (math.pi / 3 * k for k in range(7))
                ]
                draw.line(corners, fill=255, width=width, joint="curve")
    return picture
