"""How an objective is written: `relu4_2:20 + 0.5*relu5_1 - 0.2*relu3_1:5`. Needs no torch.

objective := ["-"] term {("+" | "-") term}
term      := [NUMBER "*"] seen
seen      := LAYER                everything that the layer sees
           | LAYER:CHANNEL        one of its channels, by number
           | LAYER:CHANNEL,...    several of them, as one
           | LAYER:CHANNEL@X,Y    a channel at one place, shares of width and height
           | LAYER:guide          what the guide picture has there
           | class:NAME           a class of the network's own, by name ('in quotes') or number
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from style.errors import ConfigError

FORMS = "LAYER, LAYER:CHANNEL, LAYER:CHANNEL,CHANNEL, LAYER:CHANNEL@X,Y, LAYER:guide or class:NAME"

_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_NAME = r"[A-Za-z_][\w./]*"
_TERM = re.compile(
    rf"""\s*(?P<sign>[+-]?)\s*
    (?:(?P<weight>{_NUMBER})\s*\*\s*)?
    (?:class:(?:(?P<quote>['"])(?P<quoted>.+?)(?P=quote)|(?P<label>\w+))
     |(?P<layer>{_NAME})
      (?::(?:(?P<guide>guide\b)
         |(?P<channel>\d+)@(?P<x>{_NUMBER}),(?P<y>{_NUMBER})
         |(?P<channels>\d+(?:,\d+)*)))?)
    \s*(?=[+-]|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Wanted:
    """One term as it was written: a layer, with channels, a place, or the guide; or a class."""

    weight: float
    layer: str = ""
    channels: tuple[int, ...] = ()
    place: tuple[float, float] | None = None
    is_guide: bool = False
    label: str = ""


def parsed(text: str) -> tuple[Wanted, ...]:
    """The terms of an objective. Raises ConfigError that shows where it is not understood."""
    found: list[Wanted] = []
    at = 0
    while at < len(text) or not found:
        match = _TERM.match(text, at)
        if not match or (found and not match["sign"]):
            raise ConfigError(
                f"objective {text!r}: {text[at:].strip() or 'nothing'!r} is not understood;"
                f" terms are {FORMS}, each with a weight if wanted (0.5*relu5_1), joined by + and -"
            )
        found.append(_wanted(match))
        at = match.end()
    return tuple(found)


def _wanted(match: re.Match[str]) -> Wanted:
    weight = float(match["weight"] or 1) * (-1 if match["sign"] == "-" else 1)
    if label := match["quoted"] or match["label"]:
        return Wanted(weight, label=label)
    place = None
    if match["x"]:
        place = float(match["x"]), float(match["y"])
        if max(place) > 1:
            raise ConfigError(f"{match[0].strip()!r}: X and Y are shares, from 0 to 1")
    written = match["channel"] or match["channels"]
    channels = tuple(map(int, written.split(","))) if written else ()
    return Wanted(weight, match["layer"], channels, place, bool(match["guide"]))
