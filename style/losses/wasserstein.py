"""How far two layers' features are apart as clouds of points, by their means and covariances."""

from __future__ import annotations

import torch

from style.losses.statistics import STEADY, Statistics


def wasserstein_loss(found: Statistics, wanted: Statistics) -> torch.Tensor:
    """Squared 2-Wasserstein distance of two normal distributions, over the wanted one's power.

    |m - n|^2 + tr(A) + tr(B) - 2 tr((B^1/2 A B^1/2)^1/2), the squared work of moving one cloud onto
    the other (Olkin and Pukelsheim 1982), which VinceMarron first compared styles by. As in
    crowsonkb/style-transfer-pytorch, but by eigenvalues in float64 in place of Newton's iterations.
    """
    shift = (found.mean - wanted.mean).square().sum()
    return (shift + _reshaping(found, wanted)) / wanted.gram.trace().clamp(min=STEADY)


def _reshaping(found: Statistics, wanted: Statistics) -> torch.Tensor:
    """What is left of the distance when both have the same mean."""
    root = wanted.root
    steady = STEADY * wanted.covariance.trace() / len(root)
    covariance = found.covariance + steady * torch.eye(len(root), device=root.device)
    both = root @ covariance.to(root.dtype) @ root
    values = torch.linalg.eigvalsh(both).clamp(min=steady.to(root.dtype) ** 2)
    apart: torch.Tensor = covariance.trace() + root.square().sum() - 2 * values.sqrt().sum()
    return apart.to(steady.dtype)
