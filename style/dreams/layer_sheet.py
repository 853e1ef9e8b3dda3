"""A sheet of pictures that the channels of layers respond to.

The picture of a channel is the one that makes it most active, drawn from noise by `visualize`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from style.backbones.backbone import Backbone
from style.config.visualization import VisualizationConfig
from style.dreams.layer_facts import PROBE_PX, ChosenChannels
from style.dreams.objectives import Objective, channel, channels
from style.dreams.photographs import Found, crop
from style.dreams.visualization import GAP_PX, visualize

CAPTION_PX = 20  # above each layer

Cell = tuple[Image.Image, str]  # a picture and its label
Draw = Callable[[Objective, str], Cell]


def layer_sheet(
    backbone: Backbone,
    chosen: Sequence[ChosenChannels],
    config: VisualizationConfig,
    *,
    pairs: bool = False,
    photographs: Mapping[tuple[str, int], Found] | None = None,
    on_picture: Callable[[str], None] | None = None,
) -> Image.Image:
    """The pictures of channels, with a caption above those of each layer.

    By default a row for each layer. With several `config.variants` a row for each channel; with
    `pairs` a table of each two channels, each picture that of their sum. `photographs`: those that
    excite each channel most, as `most_exciting` gives them, shown below its picture. `on_picture`
    is called with the objective before each picture. A channel that nothing wakes is labelled
    "asleep". Raises as `visualize` does.
    """

    def draw(objective: Objective, label: str) -> Cell:
        if on_picture:
            on_picture(str(objective))
        result = visualize(config, objective=objective, backbone=backbone)
        return result.image, label if result.report["woken"] else f"{label}: asleep"

    sheet = _Sheet(config.size)
    for one in chosen:
        layer = one.layer
        shape = f"{layer.channels} channels, {layer.height} by {layer.width} of {PROBE_PX} px"
        sheet.add_caption(f"{layer.name}: {shape}")
        for cells in _rows(one, draw, pairs=pairs, is_tall=config.variants > 1):
            sheet.add_row(cells)
        if photographs:
            found = {index: photographs[layer.name, index] for index in one.indexes}
            sheet.add_row(
                [
                    (crop(backbone, layer.name, one, config.size), one.path.stem)
                    for one in found.values()
                ]
            )
    return sheet.drawn()


def _rows(
    one: ChosenChannels, draw: Draw, *, pairs: bool, is_tall: bool
) -> Iterator[Sequence[Cell | None]]:
    """The rows of a layer's pictures; None stands for a gap."""
    name, indexes = one.layer.name, one.indexes
    if pairs:
        for row, first in enumerate(indexes):
            others = [draw(*_sum(name, first, second)) for second in indexes[row:]]
            yield [*[None] * row, *others]
        return
    cells = (draw(channel(name, index), str(index)) for index in indexes)
    if is_tall:
        yield from ([cell] for cell in cells)
    else:
        yield list(cells)


def _sum(layer: str, first: int, second: int) -> tuple[Objective, str]:
    """The objective of two channels, or of one where both are the same, and its label."""
    if first == second:
        return channel(layer, first), str(first)
    return channels(layer, [first, second]), f"{first} + {second}"


@dataclass
class _Sheet:
    """Rows of pictures of the same height, and captions between them."""

    size_px: int
    rows: list[list[Cell | None] | str] = field(default_factory=list)

    def add_caption(self, text: str) -> None:
        self.rows.append(text)

    def add_row(self, cells: Sequence[Cell | None]) -> None:
        self.rows.append(list(cells))

    def drawn(self) -> Image.Image:
        """The sheet; each label is in the lower left corner of its picture."""
        heights = [CAPTION_PX if isinstance(row, str) else self._step for row in self.rows]
        widths = [self._width(row) for row in self.rows]
        sheet = Image.new("RGB", (max(widths), sum(heights)), "white")
        draw, font, y = ImageDraw.Draw(sheet), ImageFont.load_default(13), 0
        for row, height in zip(self.rows, heights, strict=True):
            if isinstance(row, str):
                draw.text((2, y + 2), row, "black", font)
            for column, cell in enumerate([] if isinstance(row, str) else row):
                if cell:
                    sheet.paste(cell[0], (column * self._step, y))
                    corner = column * self._step + 3, y + self.size_px - 16
                    text = _fitting(cell[1], font, cell[0].width - 6)
                    draw.text(corner, text, "white", font, stroke_width=2, stroke_fill="black")
            y += height
        return sheet

    @property
    def _step(self) -> int:
        return self.size_px + GAP_PX

    def _width(self, row: list[Cell | None] | str) -> int:
        if isinstance(row, str):
            return 0
        return sum(cell[0].width + GAP_PX if cell else self._step for cell in row)


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width_px: int) -> str:
    """As much of the text's beginning as is at most `width_px` wide."""
    while font.getlength(text) > width_px:
        text = text[:-1]
    return text
