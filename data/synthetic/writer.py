"""Random writers: how they slant, stretch, place and bend their strokes.

The defaults are fitted to the people of `../shared/ink` by `python -m tests.bench.realism --fit`.
After the best affine map onto KanjiVG, the strokes of a careful writer are misplaced by 0.8 % of
the box, turned by 0.07 radians and stretched by 7 % (root mean squares). For messy writers, place
and stretch are larger by a factor of about four, here `sloppiness`; the other errors grow less.
Both draw strokes much straighter than KanjiVG. Placement errors of neighbouring strokes are not
correlated, so there is little elastic deformation.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

MOST = 1000  # of every number of a model
MOST_SLOPPINESS = 50  # the strokes of a sloppier writer are so long that memory ends
FRACTIONS = ("joining", "hooks", "disorder", "rounding", "running", "mouse")


@dataclass(frozen=True)
class Writers:
    """A batch of W writers: an array (W,) float32 for each habit.

    `rotation` in radians; `slant` as a shear; `aspect` as the logarithm of width over height;
    `size` in mm; `speed` in boxes a second. `sloppiness` multiplies every error; 1 is careful.
    `joining` and `hooks` are fractions of strokes, `disorder` is a fraction of inks. `rounding`
    is how far corners are rounded, from 0 to 1; `curvature` is the fraction of a reference
    stroke's bending that is kept. `running` is how far a hand joins and simplifies strokes, and
    `mouse` how far lines jitter and ends flick, as if drawn with a mouse; both from 0 to 1.
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
    running: Array
    mouse: Array

    def __len__(self) -> int:
        return len(self.rotation)


@dataclass(frozen=True)
class WriterModel:
    """The distribution of writers, and of each writer's inks.

    `sloppiness` is the median over writers, `sloppiness_spread` the standard deviation of its
    logarithm. `ink_spread` is that of an ink about its writer's.

    These are standard deviations for a writer of sloppiness 1: `place`, the shift of a stroke, in
    boxes; `stretch`, the logarithm of the factor on its length; `turn`, in radians; `bow` and
    `wobble`, its bending in one arch and in finer waves, as fractions of its length; `elastic`,
    the deformation of the whole box, in boxes. `rotation`, `slant` and `aspect` are those of
    writers; an ink differs from its writer by a third of them.

    `straightness` is the mean by which writers reduce the reference's curvature; writers differ
    by a third of it. For sloppier writers, place and stretch grow in proportion to `sloppiness`;
    the other errors grow with its powers `turn_growth`, `bend_growth` and `tilt_growth`.
    `joining`, `hooks`, `disorder`, `running` and `mouse` are the means of these habits; most
    writers have little of them. `rounding` is a mean as well. `size_mm` and `speed` (boxes a
    second) are medians.

    Raises ValueError for a negative number and for a fraction above 1.
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
    running: float = 0.0
    mouse: float = 0.0

    def __post_init__(self) -> None:
        wrong = [f.name for f in fields(self) if not 0 <= getattr(self, f.name) <= MOST]
        if self.sloppiness > MOST_SLOPPINESS:
            raise ValueError(f"a writer's sloppiness must be 0 to {MOST_SLOPPINESS}")
        wrong += [n for n in FRACTIONS if getattr(self, n) > 1]
        if wrong:
            raise ValueError(
                f"a writer's {', '.join(wrong)} must be 0 to {MOST}, and fractions at most 1"
            )

    def sample(self, count: int, generator: np.random.Generator) -> Writers:
        """Draw `count` writers, independent of each other."""

        def normal() -> Array:
            return generator.standard_normal(count, np.float32)

        def habit(mean: float) -> Array:
            """Beta-distributed: most writers have little of a habit."""
            if mean in (0, 1):
                return np.full(count, mean, np.float32)
            return generator.beta(2 * mean, 2 * (1 - mean), count).astype(np.float32)

        sloppiness = self.sloppiness * np.exp(self.sloppiness_spread * normal())
        # A writer who places strokes badly also tilts them more.
        tilt = np.maximum(sloppiness, 1) ** self.tilt_growth
        return Writers(
            rotation=self.rotation * normal() * tilt,
            slant=self.slant * normal() * tilt,
            aspect=self.aspect * normal() * tilt,
            size=(self.size_mm * np.exp(0.4 * normal())).astype(np.float32),
            speed=(self.speed * np.exp(0.35 * normal())).astype(np.float32),
            sloppiness=sloppiness.astype(np.float32),
            rounding=(self.rounding * generator.random(count, np.float32) * 2).clip(0, 1),
            joining=habit(self.joining),
            hooks=habit(self.hooks),
            disorder=habit(self.disorder),
            curvature=(1 - self.straightness * (1 + 0.35 * normal()))
            .clip(-0.5, 1.5)
            .astype(np.float32),
            running=habit(self.running),
            mouse=habit(self.mouse),
        )
