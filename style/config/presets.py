"""Presets: named settings of `stylize`, one TOML file each in `style/presets`. Needs no torch."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from data.suggestions import did_you_mean
from style.config.stylize import StylizeConfig
from style.errors import ConfigError

FOLDER = files("style") / "presets"
SUFFIX = ".toml"


def preset(name: str | None, **settings: Any) -> StylizeConfig:
    """The configuration of a preset, or the defaults for None; `settings` take precedence.

    A content weight that is given stands in place of the preset's strength, and the method
    neighbours has no use for its style loss. Raises ConfigError where there is no such preset or a
    setting is wrong.
    """
    begun = _read(name) if name else {}
    if settings.get("content_weight") is not None:
        begun.pop("strength", None)
    if settings.get("method") == "neighbours":
        begun.pop("style_loss", None)
    return StylizeConfig(**(begun | settings))


def preset_names() -> tuple[str, ...]:
    """The names of the presets, sorted."""
    names = (file.name for file in FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def _read(name: str) -> dict[str, Any]:
    names = preset_names()
    if name not in names:
        hint = did_you_mean(name, names)
        raise ConfigError(f"no preset {name!r}; available: {', '.join(names)}{hint}")
    return tomllib.loads((FOLDER / f"{name}{SUFFIX}").read_text("utf-8"))
