"""What a job is asked to paint: the fields of the form, read by the API and by the worker."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from style.config.presets import preset, preset_names
from style.config.stylize import COLORS, StylizeConfig


class StylizeOptions(BaseModel):
    """Fields of the form beside the images; what is left out keeps the painter's default."""

    model_config = ConfigDict(extra="forbid")

    preset: str | None = Field(None, description=f"begin with one of {', '.join(preset_names())}")
    size: int | None = Field(None, ge=64, le=2048, description="longest side in pixels")
    steps: int | None = Field(None, ge=1, le=2000, description="steps at each scale")
    seed: int | None = Field(None, ge=0, le=2**31 - 1)
    backbone: str | None = Field(None, min_length=1, max_length=40, pattern="^[A-Za-z0-9._-]+$")
    content_weight: float | None = Field(None, description="how much the content counts")
    style_weights: str | None = Field(
        None, max_length=200, description="weights of the styles in their order: 1,0.5"
    )
    style_scale: float | None = Field(None, description="size of the styles, of the result's")
    colors: str | None = Field(None, description=f"whose colours: one of {', '.join(COLORS)}")
    dream: str | None = Field(
        None, max_length=200, description="dream as well: auto, LAYER or LAYER:CHANNEL"
    )

    @model_validator(mode="after")
    def _is_possible(self) -> StylizeOptions:
        self.config()
        return self

    def config(self) -> StylizeConfig:
        """What the painter takes. Raises StyleError, a ValueError."""
        settings = self.model_dump(exclude_none=True)
        return preset(settings.pop("preset", None), **settings)
