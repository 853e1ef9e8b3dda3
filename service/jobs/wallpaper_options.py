"""The options of a wallpaper, which the API checks, and the composer and the painter read."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.jobs.fast_options import FAST, Fast
from service.jobs.options import SHARED_LIMITS
from service.wallpapers.defaults import PAINTING_PX, STEPS
from service.wallpapers.design import PALETTE_NAMES, PHOTO_PALETTE, Design
from service.wallpapers.palettes import THEMES
from service.wallpapers.patterns import PATTERNS
from service.wallpapers.sizes import SIZES, parse_size
from style.config.stylize import StylizeConfig

DEFAULTS = StylizeConfig()
BACKBONE_NAMES = SHARED_LIMITS["backbone"]["json_schema_extra"]
# What a fast style does not take: these are of the painter.
OF_PAINTER = {"style_pattern", "painting_px", "steps", "backbone", "strength", "content_weight"}


class WallpaperOptions(BaseModel):
    """What the wallpaper looks like, and how it is painted."""

    model_config = ConfigDict(extra="forbid")

    characters: str | None = Field(
        None, min_length=1, max_length=8, description="1 to 4 kanji or kana, from above"
    )
    size: str = Field(
        "phone",
        pattern=rf"^([1-9][0-9]{{2,3}}x[1-9][0-9]{{2,3}}|{'|'.join(SIZES)})$",
        description=f"WIDTHxHEIGHT in pixels, or {', '.join(SIZES)}",
    )
    pattern: Literal[PATTERNS] = Field(  # type: ignore[valid-type]
        "seigaiha", description="the ground, where there is no photograph"
    )
    palette: Literal[PALETTE_NAMES] | None = Field(  # type: ignore[valid-type]
        None, description="by default ai, and on a photograph the photograph's own colours"
    )
    theme: Literal[THEMES] = Field(  # type: ignore[valid-type]
        "auto", description="auto: light, or as bright as the photograph"
    )
    reading: bool = Field(False, description="write the reading beside a single kanji")
    seal: bool = Field(True, description="a red seal below")
    seed: int = Field(0, ge=0, le=SHARED_LIMITS["seed"]["le"], description="of all chance")
    painted: bool = Field(True, description="false: the result is there at once, as it is drawn")
    fast: Fast | None = FAST[1]
    style_pattern: Literal[PATTERNS] = Field(  # type: ignore[valid-type]
        "sumi", description="the pattern whose style it takes, where there is no style picture"
    )
    painting_px: int = Field(
        PAINTING_PX, ge=256, le=2048, description="longest side that is painted, then enlarged"
    )
    steps: int = Field(STEPS, ge=1, le=500, description="steps at each scale")
    backbone: str = Field(
        DEFAULTS.backbone, min_length=1, max_length=40, json_schema_extra=BACKBONE_NAMES
    )
    strength: float = Field(
        DEFAULTS.strength, ge=0, le=1, description="how much of the ground the style takes"
    )
    content_weight: float | None = Field(None, ge=0, le=1e9, description="in place of strength")

    @model_validator(mode="after")
    def _is_possible(self) -> WallpaperOptions:
        parse_size(self.size)
        self.config()
        if self.fast and not self.painted:
            raise ValueError("give either fast, or painted=false")
        if self.fast and (others := self.model_fields_set & OF_PAINTER):
            raise ValueError(f"a wallpaper with fast has no {', '.join(sorted(others))}")
        return self

    @property
    def is_painted_later(self) -> bool:
        """Whether a painter is waited for: with a fast style the wallpaper is there at once."""
        return self.painted and not self.fast

    def without_defaults(self) -> dict[str, Any]:
        """The options that differ from their defaults, as JSON can hold them."""
        names = set(WallpaperOptions.model_fields)
        return self.model_dump(include=names, exclude_defaults=True)

    def config(self) -> StylizeConfig:
        """The painter's configuration. Raises StyleError, a ValueError."""
        return StylizeConfig(
            size=self.painting_px,
            steps=self.steps,
            backbone=self.backbone,
            strength=self.strength,
            content_weight=self.content_weight,
            seed=self.seed,
        )

    def design(self, *, has_photo: bool = False) -> Design:
        """What is drawn. Raises InvalidRequest, as Design does."""
        return Design(
            characters=self.characters or "",
            size=parse_size(self.size),
            pattern=self.pattern,
            palette=self.palette or (PHOTO_PALETTE if has_photo else "ai"),
            theme=self.theme,
            seed=self.seed,
            reading=self.reading,
            seal=self.seal,
        )

    def longest_px(self) -> dict[str, int]:
        """The largest longest side that is used of an upload, by name in the form."""
        return {"photo": 2 * max(parse_size(self.size)), "style": self.painting_px}
