"""Probabilities that mean what they say, fitted on synthetic ink that no training drew.

Temperature scaling (Guo et al., arXiv 1706.04599) for which character an ink is, and a logistic
regression for whether it is one (Platt).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax

Array = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]
BINS = 15


@dataclass(frozen=True)
class Calibration:
    """Logits are divided by `temperature`; the logit k of being known becomes scale k + shift."""

    temperature: float
    scale: float
    shift: float


def fit(
    logits: Array, labels: npt.NDArray[np.int64], known: Array, is_character: Booleans
) -> Calibration:
    """The calibration that makes what was seen likeliest.

    `logits` (N, C) and `labels` (N,) are of characters; `known` (M,) and `is_character` (M,) of all
    inks.
    """
    rows = np.arange(len(labels))

    def character_loss(log_temperature: float) -> float:
        scaled = logits.astype(np.float64) / np.exp(log_temperature)
        return -float(log_softmax(scaled, axis=1)[rows, labels].mean())

    def known_loss(line: npt.NDArray[np.float64]) -> float:
        signed = np.where(is_character, 1, -1) * (line[0] * known + line[1])
        return float(np.logaddexp(0, -signed).mean())

    found = minimize_scalar(character_loss, bounds=(-2, 2), method="bounded")
    scale, shift = minimize(known_loss, np.array([1.0, 0.0])).x
    return Calibration(float(np.exp(found.x)), float(scale), float(shift))


def expected_calibration_error(confidence: Array, correct: Booleans, *, bins: int = BINS) -> float:
    """How far confidence and accuracy lie apart, on average over bins of equal width.

    `confidence`, `correct`: (N,), of each answer its probability and whether it was right.
    """
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    size = np.bincount(which, minlength=bins)
    apart = np.bincount(which, confidence - correct, minlength=bins)
    return float(np.abs(apart).sum() / size.sum())


def folded(weights: dict[str, Array], calibration: Calibration) -> dict[str, Array]:
    """The network's weights with its calibration in its last layers."""
    changed = dict(weights)
    for part in ("weight", "bias"):
        changed[f"head.{part}"] = weights[f"head.{part}"] / calibration.temperature
        changed[f"known.{part}"] = weights[f"known.{part}"] * calibration.scale
    changed["known.bias"] = changed["known.bias"] + calibration.shift
    return changed
