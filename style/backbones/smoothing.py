"""Features evened out, for networks whose plain ones make poor pictures.

Residual networks give maps with a few high peaks: the Gram matrix is then that of the peaks, and
the rest of the style is lost. Wang, Li and Vasconcelos, "Rethinking and Improving the Robustness of
Image Style Transfer" (SWAG, CVPR 2021), even features out by a softmax before they are compared. We
take their root instead: under losses that are relative to their target a softmax left a photograph
as it was (EfficientNet-Lite0: `docs/backbones.md`), and a root does not depend on how a picture is
cut into tiles.
"""

from __future__ import annotations

import torch

SLOPE = 0.01  # features below it are hardly changed; larger = less evened out


def smoothed(features: torch.Tensor) -> torch.Tensor:
    """The root of each of the features (1, C, h, w), with its sign, float32."""
    root: torch.Tensor = (features.float().abs() + SLOPE).sqrt() - SLOPE**0.5
    return features.sign() * root
