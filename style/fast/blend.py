"""Blends of fast styles, as a person writes them."""

from __future__ import annotations

import math

from style.errors import ConfigError


def parse_blend(text: str) -> dict[str, float]:
    """The weights by style of `wave` or of `wave=0.7,sumi=0.3`; a style without a weight has 1.

    Raises ConfigError for a text of another form, a style named twice, and weights that are
    negative, infinite or sum to 0.
    """
    blend: dict[str, float] = {}
    for part in text.split(","):
        name, has_weight, weight = (piece.strip() for piece in part.partition("="))
        if not name or name in blend:
            raise ConfigError(f"{text!r} is no style or blend; write wave or wave=0.7,sumi=0.3")
        blend[name] = _weight(weight, text) if has_weight else 1.0
    if not sum(blend.values()):
        raise ConfigError(f"the weights of {text!r} sum to 0; give one above 0")
    return blend


def _weight(text: str, blend: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ConfigError(f"{text!r} in {blend!r} is no weight; allowed: 0 or more")
    return value
