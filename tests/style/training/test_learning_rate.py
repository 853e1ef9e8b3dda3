import numpy as np
import pytest

from style.training.learning_rate import learning_rate_factor


def test_the_learning_rate_rises_then_falls_to_0() -> None:
    factors = [learning_rate_factor(step, steps=100, warmup=0.1) for step in range(101)]
    assert np.argmax(factors) in (9, 10)
    assert factors[0] == pytest.approx(0.1)
    assert factors[100] == pytest.approx(0)
    assert sorted(factors[10:], reverse=True) == factors[10:]
