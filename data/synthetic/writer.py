"""Writers who do not exist: how a hand slants, stretches, places and bends its strokes.

The defaults are fitted to the people of `../shared/ink` by `python -m tests.bench.realism --fit`:
after the best affine map onto KanjiVG, a careful writer's strokes lie 0.8 % of the box off their
place, are turned by 0.07 and stretched by 7 % (root mean squares); of messy ones place and stretch
are off by a factor, here `sloppiness`, of about four, the others by less. Both draw strokes much
straighter than KanjiVG. Placement errors of neighbouring strokes showed no common part, so there
is little elastic deformation.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Writers:
    """A column for each habit, a row for each writer: (W,) float32.

    `rotation`, `slant`, `aspect` in radians, as a shear, and as a logarithm of width over height;
    `size` in mm; `speed` in boxes a second; `sloppiness` multiplies every error, 1 is careful;
    `joining`, `hooks` and `disorder` are shares of strokes or of inks; `curvature` is how much of
    a reference stroke's bending is kept.
    """

    rotation: Array
    slant: Array
    aspect: Array
    size: Array
    speed: Array
    sloppiness: Array
    rounding: Array
    joining: Array
    hooks: Array
    disorder: Array
    curvature: Array

    def __len__(self) -> int:
        return len(self.rotation)


@dataclass(frozen=True)
class WriterModel:
    """The distribution that writers, and then their inks, are drawn from.

    `sloppiness` is the median over writers and `sloppiness_spread` its standard deviation as a
    logarithm; `ink_spread` that of an ink from its writer's. For a writer of sloppiness 1 follow,
    as standard deviations: `place`, a stroke's shift, in boxes; `stretch`, of the logarithm of its
    length; `turn`, radians; `bow` and `wobble`, its bending in one arch and in finer waves, in
    shares of its length; `elastic`, of the whole box, in boxes. `rotation`, `slant` and `aspect`
    are of writers; an ink strays from them by a third more. `straightness` is how much less than
    the reference's the strokes of writers curve, on average; writers differ by a third of it. The
    errors of a sloppier writer grow with powers of `sloppiness`: place and stretch in proportion,
    the others as the three `growth`s say. `joining`, `hooks` and `disorder` are means over writers
    of the habits of that name, most of whom have little of them.
    """

    sloppiness: float = 1.9
    sloppiness_spread: float = 0.45
    ink_spread: float = 0.25
    place: float = 0.008
    stretch: float = 0.07
    turn: float = 0.055
    bow: float = 0.024
    wobble: float = 0.005
    elastic: float = 0.006
    rotation: float = 0.024
    slant: float = 0.026
    aspect: float = 0.03
    straightness: float = 0.85
    turn_growth: float = 0.65
    bend_growth: float = 0.55
    tilt_growth: float = 1.1
    joining: float = 0.06
    hooks: float = 0.01
    disorder: float = 0.25
    rounding: float = 0.2
    size_mm: float = 30.0
    speed: float = 2.2

    def __post_init__(self) -> None:
        wrong = [f.name for f in fields(self) if not 0 <= getattr(self, f.name) < 1000]
        wrong += [n for n in ("joining", "hooks", "disorder", "rounding") if getattr(self, n) > 1]
        if wrong:
            raise ValueError(f"a writer's {', '.join(wrong)} must be 0 or more, shares at most 1")

    def sample(self, count: int, generator: np.random.Generator) -> Writers:
        """So many writers, independent of each other."""

        def normal() -> Array:
            return generator.standard_normal(count, np.float32)

        def share(mean: float) -> Array:  # a beta distribution: most have little of a habit
            if mean in (0, 1):
                return np.full(count, mean, np.float32)
            return generator.beta(2 * mean, 2 * (1 - mean), count).astype(np.float32)

        sloppiness = self.sloppiness * np.exp(self.sloppiness_spread * normal())
        # Who places badly also tilts more.
        loose = np.maximum(sloppiness, 1) ** self.tilt_growth
        return Writers(
            rotation=self.rotation * normal() * loose,
            slant=self.slant * normal() * loose,
            aspect=self.aspect * normal() * loose,
            size=(self.size_mm * np.exp(0.4 * normal())).astype(np.float32),
            speed=(self.speed * np.exp(0.35 * normal())).astype(np.float32),
            sloppiness=sloppiness.astype(np.float32),
            rounding=(self.rounding * generator.random(count, np.float32) * 2).clip(0, 1),
            joining=share(self.joining),
            hooks=share(self.hooks),
            disorder=share(self.disorder),
            curvature=(1 - self.straightness * (1 + 0.35 * normal()))
            .clip(-0.5, 1.5)
            .astype(np.float32),
        )
