import numpy as np
import pytest

from data.synthetic.writer import WriterModel


def test_the_habits_have_their_means_and_their_bounds() -> None:
    model = WriterModel(joining=0.3, hooks=0.0, disorder=1.0)
    writers = model.sample(4000, np.random.default_rng(1))
    assert len(writers) == 4000
    assert writers.joining.mean() == pytest.approx(0.3, abs=0.02)
    assert writers.joining.min() >= 0 and writers.joining.max() <= 1
    assert (writers.hooks == 0).all() and (writers.disorder == 1).all()
    assert np.median(writers.sloppiness) == pytest.approx(model.sloppiness, rel=0.05)


def test_an_impossible_writer_raises_an_error() -> None:
    with pytest.raises(ValueError, match="joining must be 0 to 1000"):
        WriterModel(joining=1.5)
    with pytest.raises(ValueError, match="sloppiness must be 0 to 50"):
        WriterModel(sloppiness=51)
    with pytest.raises(ValueError, match="place must be 0 to 1000"):
        WriterModel(place=-1)
