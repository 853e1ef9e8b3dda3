"""Features evened out, for networks whose plain ones make poor pictures.

Residual networks give maps with a few high peaks: the Gram matrix is then that of the peaks, and
the rest of the style is lost. Wang, Li and Vasconcelos, "Rethinking and Improving the Robustness of
Image Style Transfer" (SWAG, CVPR 2021), even them out by a softmax before they are compared.
"""

from __future__ import annotations

import torch


def smoothed(features: torch.Tensor) -> torch.Tensor:
    """Features (1, C, h, w) of any range, evened out: float32 of the same shape.

    A softmax over the channels of each position, times their number, so that a mean of 1 stays. The
    paper takes it over the entire map; position by position a peak evens out just as well, and the
    result does not depend on how the picture is cut into tiles.
    """
    return features.float().softmax(dim=1) * features.shape[1]
