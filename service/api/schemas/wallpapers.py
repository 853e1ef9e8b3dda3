"""POST /v1/wallpapers: what it shows, how it is painted, and the pictures or the drawing for it."""

from __future__ import annotations

from pydantic import ConfigDict, Field, PrivateAttr, field_validator, model_validator

from data.ink import Ink
from data.ink.ink import MAX_STROKES
from service.api.schemas.base import boolean, number
from service.api.schemas.drawings import StrokeColumns, ink_of
from service.api.schemas.stylizations import PictureForm, Pictures, Upload
from service.jobs.options import WALLPAPER
from service.jobs.wallpaper_options import WallpaperOptions


class WallpaperOrder(PictureForm, WallpaperOptions):
    """What the form and the JSON have in common."""

    _pictures: Pictures | None = PrivateAttr(None)

    deck: str | None = Field(
        None,
        max_length=100,
        description="a kanji of this deck, chosen by the seed; without characters and deck it is"
        " the next kanji of your queue",
    )

    @model_validator(mode="after")
    def _names_characters_once(self) -> WallpaperOrder:
        if self.characters and self.deck:
            raise ValueError("give either characters or deck")
        return self

    @property
    def kind(self) -> str:
        """Of the job."""
        return WALLPAPER

    def drawn(self) -> Ink | None:
        """The user's own drawing of the first character, or None."""
        return None


class WallpaperForm(WallpaperOrder):
    """What the wallpaper shows, as fields of a form, with files."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    photo: Upload | None = Field(None, description="the ground: JPEG, PNG or WebP")
    style: Upload | None = Field(None, description="the picture whose style the painting takes")

    @model_validator(mode="after")
    def _names_one_style(self) -> WallpaperForm:
        if self.fast and self.style:
            raise ValueError("give either fast, or a picture as style")
        return self


class WallpaperRequest(WallpaperOrder):
    """What the wallpaper shows, as JSON; it may have an own drawing."""

    strokes: list[StrokeColumns] | None = Field(
        None,
        min_length=1,
        max_length=MAX_STROKES,
        description="your own drawing of the first of characters: broad where the pen was pressed,"
        " or else slow",
    )

    # The types of JSON; the text of a form says "1" and "true".
    _numbers = field_validator(
        "seed", "painting_px", "steps", "strength", "content_weight", mode="before"
    )(number)
    _booleans = field_validator("reading", "seal", "painted", mode="before")(boolean)

    @model_validator(mode="after")
    def _names_what_is_drawn(self) -> WallpaperRequest:
        if self.strokes and not self.characters:
            raise ValueError("strokes need characters, whose first one they are")
        return self

    def drawn(self) -> Ink | None:
        """The user's own drawing. Raises InkError where it has too many points."""
        if not self.strokes:
            return None
        return ink_of(self.strokes)
