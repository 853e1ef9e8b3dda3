"""Colours that go together: named palettes, each light and dark, and those of a photograph."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np
from PIL import Image

Color = tuple[int, int, int]  # sRGB, 0 to 255

VERMILION = (178, 53, 41)
THEMES = ("light", "dark", "auto")
PHOTO_COLORS, PHOTO_PX = 8, 96  # colours to which a photograph is reduced; its longest side then
GREY = 0.12  # saturation below which a photograph has no colour of its own
DARK_PHOTO = 0.40  # mean brightness below which a photograph takes the dark theme


@dataclass(frozen=True)
class Palette:
    """`ground`: paper, `motif`: what is drawn on it, `ink`: the kanji, `seal`: the red stamp."""

    ground: Color
    motif: Color
    ink: Color
    seal: Color = VERMILION

    @property
    def is_dark(self) -> bool:
        """Whether the ink is lighter than the ground."""
        return sum(self.ink) > sum(self.ground)


def _color(text: str) -> Color:
    red, green, blue = bytes.fromhex(text)
    return red, green, blue


def _pair(light: str, dark: str) -> dict[str, Palette]:
    return {
        theme: Palette(*(_color(one) for one in colors.split()))
        for theme, colors in (("light", light), ("dark", dark))
    }


# Ground, motif, ink, seal. Named after the traditional colours that they are taken from.
PALETTES: dict[str, dict[str, Palette]] = {
    "ai": _pair("f3eee3 4b7190 14222e b23529", "13233a 41688f f3ecdc c9483a"),
    "sakura": _pair("fbf0ec dd9ba1 3a1f27 b23a48", "38202b 9a5b6d fbe8e2 e0767a"),
    "matcha": _pair("f3f1e0 7f9463 1f2a1a b23529", "1d2a20 5d7f57 f0f0dc cf5a40"),
    "sumi": _pair("f5f2ec 8f8b85 151413 b23529", "151516 565453 f1eee7 c9483a"),
    "kaki": _pair("faf0e1 d6844c 34180c a92f22", "34180f a85a33 fcecd8 e0714a"),
    "fuji": _pair("f3eff6 9a88ba 241c34 a8324a", "211a33 6f5f9c f2edf8 d0647c"),
    "kin": _pair("f7f0dd bb9d57 2a2010 a92f22", "15110e 94783a e9d29a b8402f"),
}


def palette_of_photo(photo: Image.Image, theme: str) -> Palette:
    """The colours of a photograph (RGB): paper and ink of its commonest hue, seal of another.

    `theme`: of THEMES; "auto" takes the one that suits its brightness.
    """
    small = photo.convert("RGB")
    small.thumbnail((PHOTO_PX, PHOTO_PX))
    is_dark = theme == "dark"
    if theme == "auto":
        is_dark = float(np.asarray(small.convert("L")).mean()) / 255 < DARK_PHOTO
    hue, saturation = _commonest_hue(small)
    tint = min(saturation, 0.5)
    light, dark = _from_hls(hue, 0.95, 0.45 * tint), _from_hls(hue, 0.09, 0.55 * tint)
    motif = _from_hls(hue, 0.55, tint)
    return Palette(dark, motif, light) if is_dark else Palette(light, motif, dark)


def _commonest_hue(small: Image.Image) -> tuple[float, float]:
    """Hue and saturation, 0 to 1, of the colour that covers most, weighted by its saturation."""
    reduced = small.quantize(PHOTO_COLORS, Image.Quantize.MEDIANCUT).convert("RGB")
    pixels = np.asarray(reduced).reshape(-1, 3)
    colors, counts = np.unique(pixels, axis=0, return_counts=True)
    best = (0.0, 0.0, 0.0)
    for color, count in zip(colors / 255, counts, strict=True):
        hue, lightness, saturation = colorsys.rgb_to_hls(*color)
        colorfulness = saturation * (1 - abs(2 * lightness - 1))
        best = max(best, (float(count * colorfulness), hue, saturation))
    return best[1], best[2] if best[2] > GREY else 0.0


def _from_hls(hue: float, lightness: float, saturation: float) -> Color:
    red, green, blue = (round(255 * v) for v in colorsys.hls_to_rgb(hue, lightness, saturation))
    return red, green, blue


def mixed(first: Color, second: Color, share: float) -> Color:
    """`share` of the second colour in the first, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
