import numpy as np
import pytest

from data.reference import Reference, ReferenceStroke
from data.sequence import FEATURES, STEPS, sequences
from data.synthetic import Synthesizer, Writer

STILL = Writer(**dict.fromkeys(Writer.__dataclass_fields__, 0.0))


def reference(*strokes: list[list[float]]) -> Reference:
    made = tuple(ReferenceStroke(np.array(points, np.float32)) for points in strokes)
    return Reference("十", made)


@pytest.fixture
def synthesizer() -> Synthesizer:
    ten = reference([[0.1, 0.5], [0.9, 0.5]], [[0.5, 0.1], [0.5, 0.9]])
    one = reference([[0.1, 0.5], [0.9, 0.5]])
    return Synthesizer("十一", {"十": ten, "一": one})


def starts(batch: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[float]:
    return batch[..., FEATURES.index("new_stroke")].sum(axis=1).tolist()


def test_a_batch_is_one_sequence_for_each_label(synthesizer: Synthesizer) -> None:
    batch = synthesizer.batch(np.array([0, 1, 0]), np.random.default_rng(1))
    assert batch.shape == (3, STEPS, len(FEATURES))
    assert np.isfinite(batch).all()


def test_the_same_seed_draws_the_same_ink(synthesizer: Synthesizer) -> None:
    labels = np.array([0, 1])
    first, second = (synthesizer.batch(labels, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_writer_who_strays_nowhere_draws_the_reference(synthesizer: Synthesizer) -> None:
    drawn = synthesizer.batch(np.array([0]), np.random.default_rng(1), writer=STILL)
    points = np.array([[[0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]]], np.float32)
    exact = sequences(points, np.array([[0, 0, 1, 1]]))
    place = slice(0, 2)  # the pen lift counts for a random length, so the samples shift a little
    np.testing.assert_allclose(drawn[..., place].mean(), exact[..., place].mean(), atol=0.05)
    assert starts(drawn) == [2]


def test_a_joined_ink_has_one_stroke(synthesizer: Synthesizer) -> None:
    joined = Writer(**{name: 0.0 for name in Writer.__dataclass_fields__} | {"joined": 1.0})
    batch = synthesizer.batch(np.zeros(64, np.int64), np.random.default_rng(1), writer=joined)
    assert set(starts(batch)) == {1.0, 2.0}


def test_a_doubled_ink_has_a_stroke_more(synthesizer: Synthesizer) -> None:
    doubled = Writer(**{name: 0.0 for name in Writer.__dataclass_fields__} | {"doubled": 1.0})
    batch = synthesizer.batch(np.array([0, 1]), np.random.default_rng(1), writer=doubled)
    assert starts(batch) == [3, 2]
