"""What a wallpaper is asked to be, with defaults and limits."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from data.characters import normal_text
from data.suggestions import did_you_mean
from service.errors import InvalidRequest
from service.wallpapers.layout import MOST_CHARACTERS
from service.wallpapers.palettes import PALETTES, THEMES
from service.wallpapers.patterns import PATTERNS

PHOTO_PALETTE = "photo"  # colours taken from the photograph
PALETTE_NAMES = (*PALETTES, PHOTO_PALETTE)


@dataclass(frozen=True)
class Design:
    """`characters`: one to MOST_CHARACTERS, from above, made normal. `size`: width and height.

    `theme` "auto" is light on a pattern, and follows the brightness of a photograph. `reading`:
    kana beside a single kanji. Raises InvalidRequest that names every field that is wrong.
    """

    characters: str
    size: tuple[int, int] = (1080, 2400)
    pattern: str = "seigaiha"
    palette: str = "ai"
    theme: str = "auto"
    seed: int = 0
    reading: bool = False
    seal: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "characters", normal_text(self.characters))
        faults = {
            "pattern": _fault(self.pattern, PATTERNS),
            "palette": _fault(self.palette, PALETTE_NAMES),
            "theme": _fault(self.theme, THEMES),
        }
        if not 1 <= len(self.characters) <= MOST_CHARACTERS:
            count = len(self.characters)
            faults["characters"] = f"are {count}; allowed: 1 to {MOST_CHARACTERS}"
        elif self.reading and len(self.characters) > 1:
            count = len(self.characters)
            faults["reading"] = (
                f"is for a single kanji, and characters are {count}: leave it out, or give one"
            )
        if self.seed < 0:
            faults["seed"] = f"is {self.seed}; allowed: 0 or more"
        wrong = {name: fault for name, fault in faults.items() if fault}
        if wrong:
            text = "; ".join(f"{name} {fault}" for name, fault in wrong.items())
            raise InvalidRequest(text, wrong)

    def generator(self, purpose: str) -> np.random.Generator:
        """Random numbers of this design for one purpose."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode())])


def _fault(value: str, allowed: tuple[str, ...]) -> str:
    if value in allowed:
        return ""
    return f"is {value!r}; allowed: {', '.join(allowed)}{did_you_mean(value, allowed)}"
