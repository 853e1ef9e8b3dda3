"""Calibration of logits whose right temperature, scale and shift are known."""

import numpy as np
import pytest
from scipy.special import expit, softmax

from kanji.training.calibration import Calibration, expected_calibration_error, fit, folded


def test_the_fit_finds_the_temperature_scale_and_shift_of_miscalibrated_logits() -> None:
    generator = np.random.default_rng(1)
    true = generator.normal(size=(4000, 5)) * 2
    labels = np.array([generator.choice(5, p=p) for p in softmax(true, axis=1)])
    known = generator.normal(size=4000) * 2
    is_character = generator.random(4000) < expit(known)
    calibration = fit(true * 3, labels, (known - 1) * 4, is_character)
    assert calibration.temperature == pytest.approx(3, rel=0.1)
    assert (calibration.scale, calibration.shift) == pytest.approx((0.25, 1), abs=0.1)
    confidence = softmax(true * 3, axis=1).max(axis=1)
    correct = labels == true.argmax(axis=1)
    before = expected_calibration_error(confidence, correct)
    scaled = softmax(true * 3 / calibration.temperature, axis=1).max(axis=1)
    assert expected_calibration_error(scaled, correct) < 0.03 < before


def test_calibration_error_is_the_difference_of_confidence_and_accuracy() -> None:
    confidence = np.array([1.0, 1.0, 0.5, 0.5])
    assert expected_calibration_error(confidence, np.array([True, True, True, False])) == 0
    assert expected_calibration_error(confidence, np.array([False] * 4)) == 0.75


def test_the_calibration_is_folded_into_the_last_layers() -> None:
    generator = np.random.default_rng(1)
    weights = {f"{n}.weight": generator.normal(size=(3, 4)) for n in ("head", "known")}
    weights |= {f"{n}.bias": generator.normal(size=3) for n in ("head", "known")}
    x = generator.normal(size=4)
    new = folded(weights, Calibration(2.0, 3.0, 5.0))
    head, known = (weights[f"{n}.weight"] @ x + weights[f"{n}.bias"] for n in ("head", "known"))
    np.testing.assert_allclose(new["head.weight"] @ x + new["head.bias"], head / 2)
    np.testing.assert_allclose(new["known.weight"] @ x + new["known.bias"], known * 3 + 5)
