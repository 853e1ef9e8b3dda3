"""A wallpaper: kanji in brush strokes on a pattern, on a photograph or on a painting of it.

    drawing = draw(design, references)
    composition = compose(design, drawing, photo=None)

The composition is a finished wallpaper. Where it is to be painted, its ground is, and `repainted`
writes the kanji on the painting, so that they stay sharp and legible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from data.characters import info, normal
from data.ink import Ink
from data.references.reference import Reference
from kanji.brush.brush import written
from kanji.brush.drawing import mask
from kanji.brush.strokes import strokes_of_ink, strokes_of_reference
from service.wallpapers.design import PHOTO_PALETTE, Design
from service.wallpapers.fields import as_mask, grained, heights, small_size, smoothstep
from service.wallpapers.inked import Inked, inked, stamped
from service.wallpapers.layout import MOST_KANA, Box, Layout, layout
from service.wallpapers.palettes import PALETTES, Palette, palette_of_photo
from service.wallpapers.patterns import drawn_pattern

SEAL_KANJI = "筆"
PHOTO_VEIL, PHOTO_BLUR = 0.30, 0.028  # least veil over a photograph or painting; its blur there
CALM_TOP = 0.38  # share of the paper's colour at the upper edge of a photograph
PAINTED_GRAIN = 4.0  # which hides that a painting was enlarged


@dataclass(frozen=True)
class Seal:
    """Where the seal stands, and the mask of its character ("L")."""

    box: Box
    glyph: Image.Image


@dataclass(frozen=True)
class Drawing:
    """What is written: its mask ("L", of the wallpaper's size), and the seal, if there is one."""

    mask: Image.Image
    seal: Seal | None


@dataclass(frozen=True)
class Composition:
    """A finished wallpaper: `ground` with the kanji on it, in the colours of `palette`.

    `contrast`: the least of the ink to what lies around it; `veil`: the strength of the veil there.
    """

    picture: Image.Image
    ground: Image.Image
    palette: Palette
    contrast: float
    veil: float


def draw(design: Design, references: Mapping[str, Reference], ink: Ink | None = None) -> Drawing:
    """Write the characters of a design; `ink` is a person's own drawing of the first one.

    Raises ValueError for a character without reference strokes, and for an ink of another one.
    """
    absent = [c for c in design.characters if c not in references]
    if absent:
        named = ", ".join(map(repr, absent))
        raise ValueError(f"there are no strokes for {named}; give kanji or kana")
    if ink and ink.char and normal(ink.char) != (first := design.characters[0]):
        raise ValueError(
            f"the ink is a drawing of {ink.char!r}, and the first character is {first!r}: give a"
            f" drawing of {first!r}, or another character"
        )
    kana = reading_of(design.characters) if design.reading else ""
    kana = kana if all(c in references for c in kana) else ""
    places = layout(design.size, len(design.characters), kana=len(kana), has_seal=design.seal)
    whole = Image.new("L", design.size)
    for number, (character, box) in enumerate(zip(design.characters, places.kanji, strict=True)):
        strokes = (
            strokes_of_ink(ink)
            if ink and number == 0
            else strokes_of_reference(references[character])
        )
        areas = written(strokes, seed=design.seed + number)
        whole.paste(mask(areas, box.side), (box.left, box.top))
    _write_kana(whole, kana, places, references, design.seed)
    return Drawing(whole, seal_of(design, references))


def seal_of(design: Design, references: Mapping[str, Reference]) -> Seal | None:
    """The seal of a design; None where it has none."""
    box = layout(design.size, len(design.characters), has_seal=design.seal).seal
    if box is None or SEAL_KANJI not in references:
        return None
    areas = written(strokes_of_reference(references[SEAL_KANJI]), seed=0, weight=1.2, dryness=0)
    return Seal(box, mask(areas, box.side))


def compose(design: Design, drawing: Drawing, *, photo: Image.Image | None = None) -> Composition:
    """A wallpaper without a painter: on the photograph (RGB), or else on the design's pattern.

    The contrast of the ink to what lies around it is at least LEAST_CONTRAST, by measurement. The
    same design, photograph and drawing give the same pixels.
    """
    ground, palette = ground_of(design, photo=photo)
    return _finished(ground, design, drawing, palette, 0.0 if photo is None else PHOTO_VEIL)


def ground_of(design: Design, *, photo: Image.Image | None = None) -> tuple[Image.Image, Palette]:
    """What a composition is written on (RGB), and its colours."""
    palette = palette_for(design, photo)
    if photo is None:
        return drawn_pattern(design.pattern, design.size, palette, seed=design.seed), palette
    return _calmed(ImageOps.fit(photo, design.size), palette), palette


def repainted(
    design: Design, drawing: Drawing, painting: Image.Image, palette: Palette
) -> Composition:
    """The painting of a composition's ground (RGB, of any size), with the kanji written on it."""
    ground = painting.convert("RGB").resize(design.size, Image.Resampling.LANCZOS)
    return _finished(ground, design, drawing, palette, PHOTO_VEIL, grain=PAINTED_GRAIN)


def palette_for(design: Design, photo: Image.Image | None) -> Palette:
    """The palette that is named, or that of the photograph."""
    if photo is not None and design.palette == PHOTO_PALETTE:
        return palette_of_photo(photo, design.theme)
    name = "sumi" if design.palette == PHOTO_PALETTE else design.palette
    if design.theme != "auto":
        return PALETTES[name][design.theme]
    is_dark = photo is not None and palette_of_photo(photo, "auto").is_dark
    return PALETTES[name]["dark" if is_dark else "light"]


def reading_of(characters: Sequence[str]) -> str:
    """The kana that stand beside a single kanji: its first kun reading, else its first on reading.

    Empty for several characters, and for a reading longer than MOST_KANA.
    """
    if len(characters) != 1:
        return ""
    facts = info(characters[0])
    first = next(iter((*facts.kun, *facts.on)), "")
    kana = first.split(".")[0].strip("-")
    return kana if len(kana) <= MOST_KANA else ""


def _finished(
    ground: Image.Image,
    design: Design,
    drawing: Drawing,
    palette: Palette,
    least_veil: float,
    *,
    grain: float = 0.0,
) -> Composition:
    if grain:
        ground = grained(ground, design.generator("grain"), strength=grain)
    done: Inked = inked(
        ground,
        drawing.mask,
        palette,
        seed=design.seed,
        least_veil=least_veil,
        blur=PHOTO_BLUR if least_veil else 0.0,
    )
    picture = done.picture
    if drawing.seal:
        picture = stamped(picture, drawing.seal.box, drawing.seal.glyph, palette)
    return Composition(picture, ground, palette, done.contrast, done.veil)


def _calmed(photo: Image.Image, palette: Palette) -> Image.Image:
    """A photograph that is paler where the clock stands."""
    small = small_size(photo.size)
    top = CALM_TOP * smoothstep(heights(small), 0.36, 0.0)
    calm = photo.convert("RGB")
    calm.paste(palette.ground, mask=as_mask(top, photo.size))
    return calm


def _write_kana(
    whole: Image.Image, kana: str, places: Layout, references: Mapping[str, Reference], seed: int
) -> None:
    for number, (character, box) in enumerate(zip(kana, places.kana, strict=False)):
        strokes = strokes_of_reference(references[character])
        areas = written(strokes, seed=seed + 100 + number, weight=1.15, dryness=0)
        whole.paste(mask(areas, box.side), (box.left, box.top))
