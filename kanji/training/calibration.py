"""Calibration of the recognizer's probabilities, on synthetic ink that no training used.

Temperature scaling (Guo et al., arXiv 1706.04599) for which character an ink is, and a logistic
regression (Platt scaling) for whether it is a character at all.
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
    """The logits are divided by `temperature`; the logit `known` becomes scale * known + shift."""

    temperature: float
    scale: float
    shift: float


def fit(
    logits: Array, labels: npt.NDArray[np.int64], known: Array, is_character: Booleans
) -> Calibration:
    """The calibration of maximum likelihood.

    `logits` (N, C) and `labels` (N,) are of the inks that are characters, `known` (M,) and
    `is_character` (M,) of all inks.
    """
    rows = np.arange(len(labels))

    def character_loss(log_temperature: float) -> float:
        scaled = logits.astype(np.float64) / np.exp(log_temperature)
        return -float(log_softmax(scaled, axis=1)[rows, labels].mean())

    def known_loss(line: npt.NDArray[np.float64]) -> float:
        signed = np.where(is_character, 1, -1) * (line[0] * known + line[1])
        return float(np.logaddexp(0, -signed).mean())

    log_temperature = minimize_scalar(character_loss, bounds=(-2, 2), method="bounded").x
    scale, shift = minimize(known_loss, np.array([1.0, 0.0])).x
    return Calibration(float(np.exp(log_temperature)), float(scale), float(shift))


def expected_calibration_error(confidence: Array, correct: Booleans, *, bins: int = BINS) -> float:
    """The mean difference of confidence and accuracy, over bins of equal width.

    `confidence` and `correct`: (N,), the probability of each answer and whether it was correct.
    """
    index = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    size = np.bincount(index, minlength=bins)
    difference = np.bincount(index, confidence - correct, minlength=bins)
    return float(np.abs(difference).sum() / size.sum())


def folded(weights: dict[str, Array], calibration: Calibration) -> dict[str, Array]:
    """The network's weights with the calibration folded into the last layers."""
    changed = dict(weights)
    for part in ("weight", "bias"):
        changed[f"head.{part}"] = weights[f"head.{part}"] / calibration.temperature
        changed[f"known.{part}"] = weights[f"known.{part}"] * calibration.scale
    changed["known.bias"] = changed["known.bias"] + calibration.shift
    return changed
