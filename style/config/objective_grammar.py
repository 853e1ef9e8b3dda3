"""How an objective is written: `relu4_2:20 + 0.5*relu5_1 - 0.2*relu3_1:5`. Needs no torch.

objective  := ["-"] term {("+" | "-") term}
term       := [NUMBER "*"] activation
activation := LAYER                all channels of the layer
            | LAYER:CHANNEL        one of its channels, by number
            | LAYER:CHANNEL,...    several of them, as one
            | LAYER:CHANNEL@X,Y    a channel at one position, fractions of width and height
            | LAYER:guide          the features of the guide picture in the layer
            | class:NAME           a class of the network, by name ('in quotes') or number
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from style.errors import ConfigError

FORMS = "LAYER, LAYER:CHANNEL, LAYER:CHANNEL,CHANNEL, LAYER:CHANNEL@X,Y, LAYER:guide or class:NAME"

_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_CHANNEL = r"\d{1,9}"
_NAME = r"[A-Za-z_][\w./]*"
_TERM = re.compile(
    rf"""\s*(?P<sign>[+-]?)\s*
    (?:(?P<weight>{_NUMBER})\s*\*\s*)?
    (?:class:(?:(?P<quote>['"])(?P<quoted>.+?)(?P=quote)|(?P<label>\w+))
     |(?P<layer>{_NAME})
      (?::(?:(?P<guide>guide\b)
         |(?P<channel>{_CHANNEL})@(?P<x>{_NUMBER}),(?P<y>{_NUMBER})
         |(?P<channels>{_CHANNEL}(?:,{_CHANNEL})*)))?)
    \s*(?=[+-]|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class ParsedTerm:
    """One term as it was written: a layer with channels, a position or the guide; or a class."""

    weight: float
    layer: str = ""
    channels: tuple[int, ...] = ()
    position: tuple[float, float] | None = None
    is_guide: bool = False
    label: str = ""


def parse_objective(text: str) -> tuple[ParsedTerm, ...]:
    """The terms of an objective. Raises ConfigError that shows the part it does not understand."""
    terms: list[ParsedTerm] = []
    at = 0
    while at < len(text) or not terms:
        match = _TERM.match(text, at)
        if not match or (terms and not match["sign"]):
            raise ConfigError(
                f"objective {text!r}: {text[at:].strip() or 'an empty text'!r} is not understood;"
                f" terms are {FORMS}, each with a weight if needed (0.5*relu5_1), joined by + and -"
            )
        terms.append(_term(match))
        at = match.end()
    return tuple(terms)


def _term(match: re.Match[str]) -> ParsedTerm:
    weight = float(match["weight"] or 1) * (-1 if match["sign"] == "-" else 1)
    if not math.isfinite(weight):
        raise ConfigError(f"{match[0].strip()!r}: the weight is too large")
    if label := match["quoted"] or match["label"]:
        return ParsedTerm(weight, label=label)
    position = None
    if match["x"]:
        position = float(match["x"]), float(match["y"])
        if max(position) > 1:
            raise ConfigError(
                f"{match[0].strip()!r}: X and Y are fractions of width and height; allowed: 0 to 1"
            )
    numbers = match["channel"] or match["channels"]
    channels = tuple(map(int, numbers.split(","))) if numbers else ()
    return ParsedTerm(weight, match["layer"], channels, position, bool(match["guide"]))
