"""Settings with a name: readable files in `style/presets`. Needs no torch."""

from __future__ import annotations

import difflib
import tomllib
from importlib.resources import files
from typing import Any

from style.config.stylize import StylizeConfig
from style.errors import ConfigError

FOLDER = files("style") / "presets"
ENDING = ".toml"


def preset(name: str | None, **settings: Any) -> StylizeConfig:
    """The configuration of a preset, where `settings` take precedence; of none, the defaults.

    Raises ConfigError.
    """
    return StylizeConfig(**((_read(name) if name else {}) | settings))


def preset_names() -> tuple[str, ...]:
    """Those that there are, by the alphabet."""
    named = (file.name for file in FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(ENDING) for name in named if name.endswith(ENDING)))


def _read(name: str) -> dict[str, Any]:
    known = preset_names()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigError(f"no preset {name!r}; there are {', '.join(known)}{hint}")
    return tomllib.loads((FOLDER / f"{name}{ENDING}").read_text("utf-8"))
