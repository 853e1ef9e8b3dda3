"""Nearest neighbours among features (Kolkin et al., arXiv 2203.13215), and the distance to them.

Features are rows (N, C), one for each position of a map.
"""

from __future__ import annotations

import torch
from torch.nn import functional

BLOCK_VALUES = 2**24  # similarities that exist at once, 32 MB; larger = more memory
CHUNK = 64  # candidates whose largest similarity is found first: a maximum is faster than its place


def rows_of(maps: torch.Tensor) -> torch.Tensor:
    """Positions as rows (h * w, C) of a map (1, C, h, w)."""
    return maps[0].flatten(1).T


def centred(rows: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """Directions (N, C) of `rows` as seen from their `mean` (C,)."""
    return functional.normalize(rows - mean, dim=1)


@torch.no_grad()
def nearest(rows: torch.Tensor, candidates: torch.Tensor) -> torch.Tensor:
    """For each of `rows` (N, C) the number of the most similar of `candidates` (M, C); (N,) int64.

    Both are of unit length. In blocks of BLOCK_VALUES similarities, so that memory is bounded.
    """
    short = -len(candidates) % CHUNK  # filled up by the last candidate, whose number stays valid
    filled = torch.cat([candidates, candidates[-1:].expand(short, -1)])
    block = max(1, BLOCK_VALUES // len(filled))
    found = [_best(some @ filled.T) for some in torch.split(rows, block)]
    return torch.cat(found).clamp_(max=len(candidates) - 1)


def cosine_distances(features: torch.Tensor, directions: torch.Tensor) -> torch.Tensor:
    """1 less the cosine between each position of features (1, C, h, w) and its direction; (h * w,).

    `directions` (h * w, C) are of unit length.
    """
    return 1 - (functional.normalize(rows_of(features), dim=1) * directions).sum(dim=1)


def _best(similarities: torch.Tensor) -> torch.Tensor:
    """The column of the largest value in each row of (N, M), M a multiple of CHUNK."""
    chunks = similarities.view(len(similarities), -1, CHUNK)
    best = chunks.amax(dim=2).argmax(dim=1)
    within = chunks[torch.arange(len(chunks), device=best.device), best]
    columns: torch.Tensor = best * CHUNK + within.argmax(dim=1)
    return columns
