"""Loss and accuracy of the network's stroke embeddings: which sample lies on which stroke."""

from __future__ import annotations

import torch
from torch.nn import functional

ABSENT_SCORE = -1e4  # the score of a stroke that a reference does not have


def stroke_scores(
    samples: torch.Tensor, references: torch.Tensor, reference_strokes: torch.Tensor
) -> torch.Tensor:
    """Logits (R, STEPS, K) that each sample lies on each of up to K strokes of its reference.

    `samples` and `references`: (R, STEPS, E) float, the embeddings of the drawn inks and of their
    references. `reference_strokes`: (R, STEPS) int64, the stroke of each sample of `references`.
    As in a prototypical network (Snell et al., arXiv 1703.05175) a stroke is the mean of its
    samples, and a score is the negative half of the squared distance from it. The square of the
    sample itself is left out, since it is the same for all strokes.
    """
    count = int(reference_strokes.max()) + 1
    membership = functional.one_hot(reference_strokes, count).to(references.dtype)
    sizes = membership.sum(dim=1)
    centres = (membership.transpose(1, 2) @ references) / sizes.clamp(min=1)[..., None]
    scores = samples @ centres.transpose(1, 2) - centres.square().sum(dim=2)[:, None] / 2
    return scores.masked_fill((sizes == 0)[:, None], ABSENT_SCORE)


def stroke_loss(scores: torch.Tensor, strokes: torch.Tensor) -> torch.Tensor:
    """Cross entropy of `scores` (R, STEPS, K) over the samples whose stroke is known.

    `strokes`: (R, STEPS) int64, -1 where the stroke is unknown.
    """
    return functional.cross_entropy(scores.flatten(0, 1), strokes.flatten(), ignore_index=-1)


def stroke_accuracy(scores: torch.Tensor, strokes: torch.Tensor) -> torch.Tensor:
    """The fraction of the samples with a known stroke whose best score is that of this stroke."""
    is_known = strokes >= 0
    return (scores.argmax(dim=2) == strokes)[is_known].float().mean()
