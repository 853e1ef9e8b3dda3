"""The options of a job, which the API checks and the painter reads.

They are settings of StylizeConfig and DreamConfig, declared there. What stands here is which of
them the service offers, and where it allows less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field as DataclassField
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ConfigDict, Field, create_model, model_validator

from service.jobs.fast_options import FAST
from style.backbones.registry import BACKBONES, facts_of
from style.config.dream import DreamConfig
from style.config.presets import preset, preset_names
from style.config.setting import Setting, settings_of
from style.config.stylize import StylizeConfig
from style.errors import ConfigError
from style.fast.painting import FAST_COLORS

KINDS = STYLIZATION, DREAM, WALLPAPER = "stylization", "dream", "wallpaper"


def _documented(**keywords: Any) -> dict[str, Any]:
    """Arguments of pydantic's Field for what only the OpenAPI document says."""
    return {"json_schema_extra": keywords}


# Of settings that every picture has.
SHARED_LIMITS: Mapping[str, Mapping[str, Any]] = {
    "size": {"ge": 64, "le": 2048},
    "steps": {"le": 2000},
    "seed": {"le": 2**31 - 1},
    "backbone": {"min_length": 1, "max_length": 40} | _documented(enum=list(BACKBONES)),
}


@dataclass(frozen=True)
class Offer:
    """The settings of `config` that the service offers, with limits tighter than the painter's.

    `limits`: arguments of pydantic's Field by the name of the setting.
    """

    config: type[StylizeConfig] | type[DreamConfig]
    names: tuple[str, ...]
    limits: Mapping[str, Mapping[str, Any]]

    def fields(self) -> dict[str, Any]:
        """Types and defaults of pydantic fields, by name."""
        settings = settings_of(self.config)
        return {name: self._optional_field(*settings[name]) for name in self.names}

    def _optional_field(self, one: DataclassField[Any], declared: Setting) -> tuple[Any, Any]:
        """Type and default of a pydantic field; None means that the form leaves it out."""
        kind = Literal[declared.choices] if declared.choices else declared.type_of(one.default)
        limits = {"ge": declared.least, "gt": declared.above, "le": declared.most}
        declared_limits = {key: value for key, value in limits.items() if value is not None}
        merged = declared_limits | dict(self.limits.get(one.name, {}))
        # A form says "class", which Python reserves.
        return kind | None, Field(
            None, alias=one.name.rstrip("_"), description=declared.help, **merged
        )


STYLIZE_OFFER = Offer(
    StylizeConfig,
    names=(
        "size",
        "enlarge",
        "steps",
        "method",
        "seed",
        "backbone",
        "strength",
        "content_weight",
        "style_weights",
        "style_scale",
        "colors",
        "dream",
    ),
    limits={
        **SHARED_LIMITS,
        "style_weights": {"max_length": 200} | _documented(format="style-weights"),
        "dream": {"max_length": 200} | _documented(format="dream"),
    },
)
DREAM_OFFER = Offer(
    DreamConfig,
    names=(
        "size",
        "enlarge",
        "steps",
        "seed",
        "backbone",
        "layer",
        "channel",
        "class_",
        "objective",
        "octaves",
        "octave_scale",
        "step_size",
        "jitter_px",
        "bands",
        "smoothing_px",
    ),
    limits={
        **SHARED_LIMITS,
        "layer": {"max_length": 80} | _documented(format="layer"),
        "class_": {"max_length": 80} | _documented(format="imagenet-class"),
        "objective": {"max_length": 200} | _documented(format="objective"),
    },
)


PRESET = (
    str | None,
    Field(None, description="settings to begin with", **_documented(enum=list(preset_names()))),
)


OWN_FIELDS: dict[str, Any] = {"preset": PRESET, "fast": FAST}
OF_FAST = {"fast", "strength", "size", "colors"}  # what an order of a fast style may name


class StylizeOptions(create_model("OfferedStyle", **OWN_FIELDS, **STYLIZE_OFFER.fields())):  # type: ignore[misc]
    """Fields of the form besides the pictures. One that is left out keeps the painter's default."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_possible(self) -> StylizeOptions:
        self.config()
        if self.fast is not None:
            self._check_fast()
        return self

    def _check_fast(self) -> None:
        """Raises ConfigError for options that a fast style has not."""
        if others := set(self.without_defaults()) - OF_FAST:
            raise ConfigError(
                f"fast has no {', '.join(sorted(others))}; allowed beside it: "
                "strength, size, colors"
            )
        if self.colors not in (None, *FAST_COLORS):
            raise ConfigError(
                f"colors is {self.colors!r}; fast styles allow: {', '.join(FAST_COLORS)}"
            )

    def without_defaults(self) -> dict[str, Any]:
        """The options that the form names, as JSON can hold them."""
        return _given(self, {*OWN_FIELDS, *STYLIZE_OFFER.names}, by_alias=True)

    def config(self) -> StylizeConfig:
        """The painter's configuration. Raises StyleError, a ValueError."""
        settings = _given(self, {"preset", *STYLIZE_OFFER.names})
        return preset(settings.pop("preset", None), **settings)

    def longest_px(self) -> dict[str, int]:
        """The largest longest side that the painter uses of a picture, by name in the form."""
        config = self.config()
        style = max(round(config.size * config.style_scale), facts_of(config.backbone).least_px)
        return {"content": config.size, "style": style}


class DreamOptions(create_model("OfferedDream", **DREAM_OFFER.fields())):  # type: ignore[misc]
    """Fields of the form besides the picture. One that is left out keeps the painter's default."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _is_possible(self) -> DreamOptions:
        self.config()
        return self

    def without_defaults(self) -> dict[str, Any]:
        """The options that the form names, as JSON can hold them."""
        return _given(self, set(DREAM_OFFER.names), by_alias=True)

    def config(self) -> DreamConfig:
        """The painter's configuration. Raises StyleError, a ValueError."""
        return DreamConfig(**_given(self, set(DREAM_OFFER.names)))

    def longest_px(self) -> dict[str, int]:
        """The largest longest side that the painter uses of a picture, by name in the form."""
        return {"content": self.config().size}


def _given(options: Any, names: set[str], *, by_alias: bool = False) -> dict[str, Any]:
    given: dict[str, Any] = options.model_dump(include=names, exclude_none=True, by_alias=by_alias)
    return given
