"""POST /v1/stylizations and /v1/dreams: the pictures, and the painter's options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, PrivateAttr, WithJsonSchema, model_validator
from werkzeug.datastructures import FileStorage

from service.jobs.options import DREAM, STYLIZATION, DreamOptions, StylizeOptions

Upload = Annotated[FileStorage, WithJsonSchema({"type": "string", "format": "binary"})]


@dataclass(frozen=True)
class Pictures:
    """The decoded pictures of a form: PNG files in `folder`, and their sizes, width and height.

    `width` and `height` are those of the content, `styles` those of the styles.
    `result`: the file in `folder` that is the finished picture, where nothing is to be painted.
    `has_preview`: whether `folder` has a preview already.
    """

    folder: Path
    width: int
    height: int
    styles: tuple[tuple[int, int], ...] = ()
    result: str | None = None
    has_preview: bool = False


class PictureForm:
    """Holds the pictures of a form once they are decoded. It is no model, only a part of two."""

    _pictures: Pictures | None

    @property
    def pictures(self) -> Pictures:
        """The decoded pictures."""
        assert self._pictures
        return self._pictures

    def hold(self, pictures: Pictures) -> None:
        """Keep the decoded pictures."""
        self._pictures = pictures


class StylizeForm(PictureForm, StylizeOptions):
    """The pictures, and the painter's options."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    _pictures: Pictures | None = PrivateAttr(None)

    content: Upload = Field(description="the picture to paint: JPEG, PNG or WebP")
    style: list[Upload] | None = Field(
        None, min_length=1, description="the pictures whose style it takes; none with fast"
    )

    @model_validator(mode="after")
    def _names_one_kind_of_style(self) -> StylizeForm:
        if (self.fast is None) == (self.style is None):
            raise ValueError("give either pictures as style, or fast")
        return self

    @property
    def kind(self) -> str:
        """Of the job."""
        return STYLIZATION


class DreamForm(PictureForm, DreamOptions):
    """The picture, and the options of the dream."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    _pictures: Pictures | None = PrivateAttr(None)

    content: Upload = Field(description="the picture to dream in: JPEG, PNG or WebP")

    @property
    def kind(self) -> str:
        """Of the job."""
        return DREAM
