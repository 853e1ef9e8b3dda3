"""The sheet of all styles."""

from PIL import Image

from style.fast import FastStyle
from style.fast.sheet import MARGIN_PX, TEXT_PX, style_sheet


def test_a_sheet_has_the_photo_and_every_style(network: FastStyle) -> None:
    sheet = style_sheet(Image.new("RGB", (64, 48), "red"), network)
    assert sheet.size == (2 * 64 + 3 * MARGIN_PX, 2 * (48 + TEXT_PX) + 3 * MARGIN_PX)
    assert sheet.getpixel((MARGIN_PX, MARGIN_PX)) == (255, 0, 0)
