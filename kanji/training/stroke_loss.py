"""How well the network says which stroke is which, in training."""

from __future__ import annotations

import torch
from torch.nn import functional

ABSENT = -1e4  # the score of a stroke that a reference does not have


def stroke_scores(
    samples: torch.Tensor, references: torch.Tensor, reference_strokes: torch.Tensor
) -> torch.Tensor:
    """Logits (R, STEPS, K) that each sample lies on each of up to K strokes of its reference.

    `samples` and `references`: (R, STEPS, E) embeddings of the drawn inks and of their references;
    `reference_strokes`: (R, STEPS), the stroke of each sample of those. A stroke is the mean of its
    samples, and a score half the squared distance from it, negated, but for what is the same for
    all strokes: a prototypical network (Snell et al., arXiv 1703.05175).
    """
    count = int(reference_strokes.max()) + 1
    of = functional.one_hot(reference_strokes, count).to(references.dtype)
    sizes = of.sum(dim=1)
    centres = (of.transpose(1, 2) @ references) / sizes.clamp(min=1)[..., None]
    scores = samples @ centres.transpose(1, 2) - centres.square().sum(dim=2)[:, None] / 2
    return scores.masked_fill((sizes == 0)[:, None], ABSENT)


def stroke_loss(scores: torch.Tensor, strokes: torch.Tensor) -> torch.Tensor:
    """Cross entropy over the samples whose stroke, (R, STEPS), is known: not -1."""
    return functional.cross_entropy(scores.flatten(0, 1), strokes.flatten(), ignore_index=-1)


def stroke_accuracy(scores: torch.Tensor, strokes: torch.Tensor) -> torch.Tensor:
    """The share of those samples whose best stroke is theirs."""
    known = strokes >= 0
    return (scores.argmax(dim=2) == strokes)[known].float().mean()
