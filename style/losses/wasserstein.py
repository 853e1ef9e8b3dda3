"""The Wasserstein distance of two layers' features, taken as normal distributions."""

from __future__ import annotations

import torch

from style.losses.statistics import RIDGE, Statistics


def wasserstein_loss(statistics: Statistics, target: Statistics) -> torch.Tensor:
    """Squared 2-Wasserstein distance of two normal distributions, relative to the target's power.

    The distance is |m - n|^2 + tr(A) + tr(B) - 2 tr((B^1/2 A B^1/2)^1/2), for means m, n and
    covariances A, B: the squared cost of moving one distribution onto the other (Olkin and
    Pukelsheim 1982). VinceMarron was the first to compare styles by it. As in
    crowsonkb/style-transfer-pytorch, but by eigenvalues in float64 in place of Newton's iterations.
    """
    shift = (statistics.mean - target.mean).square().sum()
    distance = shift + _covariance_distance(statistics, target)
    return distance / target.gram.trace().clamp(min=RIDGE)


def _covariance_distance(statistics: Statistics, target: Statistics) -> torch.Tensor:
    """The part of the squared distance that remains where both have the same mean."""
    root = target.covariance_root
    ridge = RIDGE * target.covariance.trace() / len(root)
    covariance = statistics.covariance + ridge * torch.eye(len(root), device=root.device)
    product = root @ covariance.to(root.dtype) @ root
    values = torch.linalg.eigvalsh(product).clamp(min=ridge.to(root.dtype) ** 2)
    distance: torch.Tensor = covariance.trace() + root.square().sum() - 2 * values.sqrt().sum()
    return distance.to(ridge.dtype)
