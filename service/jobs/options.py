"""The options of a job, which the API checks and the painter reads.

They are settings of StylizeConfig, declared there. What stands here is which of them the service
offers, and where it allows less.
"""

from __future__ import annotations

from dataclasses import Field as DataclassField
from typing import Any, Literal

from pydantic import ConfigDict, Field, create_model, model_validator

from style.config.presets import preset, preset_names
from style.config.setting import Setting, settings_of
from style.config.stylize import StylizeConfig

OFFERED = (
    "size",
    "steps",
    "seed",
    "backbone",
    "content_weight",
    "style_weights",
    "style_scale",
    "colors",
    "dream",
)
# Tighter limits than the painter's own: what one request may cost, and how long a text may be.
LIMITS: dict[str, dict[str, Any]] = {
    "size": {"ge": 64, "le": 2048},
    "steps": {"le": 2000},
    "seed": {"le": 2**31 - 1},
    "backbone": {"min_length": 1, "max_length": 40, "pattern": "^[A-Za-z0-9._-]+$"},
    "style_weights": {"max_length": 200},
    "dream": {"max_length": 200},
}


def _optional_field(one: DataclassField[Any], declared: Setting) -> tuple[Any, Any]:
    """Type and default of a pydantic field; None means that the form leaves it out."""
    kind = Literal[declared.choices] if declared.choices else type(one.default)
    limits = {"ge": declared.least, "gt": declared.above, "le": declared.most}
    declared_limits = {key: value for key, value in limits.items() if value is not None}
    merged = declared_limits | LIMITS.get(one.name, {})
    return kind | None, Field(None, description=declared.help, **merged)


def _fields() -> dict[str, Any]:
    presets = f"settings to begin with: {', '.join(preset_names())}"
    settings = settings_of(StylizeConfig)
    offered = {name: _optional_field(*settings[name]) for name in OFFERED}
    return {"preset": (str | None, Field(None, description=presets)), **offered}


class StylizeOptions(create_model("Offered", **_fields())):  # type: ignore[misc]
    """Fields of the form besides the pictures. One that is left out keeps the painter's default."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_possible(self) -> StylizeOptions:
        self.config()
        return self

    def without_defaults(self) -> dict[str, Any]:
        """The options that the form names, as JSON can hold them."""
        options: dict[str, Any] = self.model_dump(include={"preset", *OFFERED}, exclude_none=True)
        return options

    def config(self) -> StylizeConfig:
        """The painter's configuration. Raises StyleError, a ValueError."""
        settings = self.without_defaults()
        return preset(settings.pop("preset", None), **settings)
