"""The frame of a film before the one that is painted, as the temporal loss needs it."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class PreviousFrame:
    """The painted frame before, moved to where its things are in this frame.

    `picture` (1, 3, H, W), sRGB in [0, 1]. `certainty` (1, 1, H, W): how far each pixel is to stay
    as it is there, from 0 to 1.
    """

    picture: torch.Tensor
    certainty: torch.Tensor

    def to(self, device: torch.device) -> PreviousFrame:
        """The same on a device."""
        return PreviousFrame(self.picture.to(device), self.certainty.to(device))
