"""How alike the features of several pictures are, so that they can be drawn unlike each other."""

from __future__ import annotations

import torch


def similarity(features: torch.Tensor) -> torch.Tensor:
    """The mean cosine of the Gram matrices of every two pictures, from features (N, C, ...).

    A scalar of at most 1. From "Feature Visualization" (Distill 2017), "Diversity". N is 2 or more.
    """
    count = len(features)
    columns = features.float().reshape(count, features.shape[1], -1)
    grams = (columns @ columns.transpose(1, 2)).flatten(1)
    cosines = torch.nn.functional.normalize(grams, dim=1)
    pairs = cosines @ cosines.T
    return (pairs.sum() - pairs.trace()) / (count * (count - 1))
