"""When the nearest neighbours of a picture are sought again.

At the start of each scale by hypercolumns; in the second half of the last scale layer by layer, and
again and again, as the painting changes (feature splitting; Kolkin et al., arXiv 2203.13215, seek
them before every step). What they are sought for is kept, as a resumed painting needs it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from style.transfer.criterion import Criterion
from style.transfer.painting import Painting

SPLIT_STARTS = 1 / 2  # fraction of the steps at the last size after which layers are matched alone
SPLIT_SEARCHES = 4  # how often they are matched then


class MatchSchedule:
    """The searches at one scale of a painting."""

    def __init__(self, painting: Painting, scale: int) -> None:
        self.painting, self.scale = painting, scale
        self.matched: torch.Tensor | None = None  # the picture of the last search
        self.by_layer = False  # whether that was layer by layer
        self.splits = splits_of(painting.config.steps) if scale == len(painting.sizes) - 1 else ()

    def match(self, step: int, pixels: torch.Tensor, criterion: Criterion) -> bool:
        """Seeks the neighbours before a step where they are due; whether it did."""
        if step in self.splits:
            self._seek(criterion, pixels.detach().clamp(0, 1).clone(), by_layer=True)
        elif step == 1:
            self._seek(criterion, self.painting.to_match(self.scale, criterion), by_layer=False)
        else:
            return False
        return True

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """What `resume` takes: tensors, and values that JSON can hold."""
        assert self.matched is not None
        return {"matched": self.matched}, {"by_layer": self.by_layer}

    def resume(self, criterion: Criterion, matched: torch.Tensor, *, by_layer: bool) -> None:
        """Seeks the neighbours of the last search again."""
        self._seek(criterion, matched.to(criterion.pictures[0]), by_layer=by_layer)

    def _seek(self, criterion: Criterion, image: torch.Tensor, *, by_layer: bool) -> None:
        criterion.match(image, by_layer=by_layer)
        self.matched, self.by_layer = image, by_layer


def splits_of(steps: int) -> Sequence[int]:
    """The steps at the last size before which layers are matched alone; never the first."""
    first = max(2, int(steps * SPLIT_STARTS) + 1)
    return range(first, steps + 1, max(1, math.ceil((steps + 1 - first) / SPLIT_SEARCHES)))
