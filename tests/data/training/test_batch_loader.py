import pytest

from data.errors import DataError
from data.training.batch_loader import BatchSampler, LoaderSettings


def test_processes_divide_the_batches_and_make_none_twice() -> None:
    first, second = (list(BatchSampler(7, world=2, rank=rank)) for rank in range(2))
    assert len(first) == len(second) == 3
    assert not set(first) & set(second)


def test_validation_batches_are_the_same_in_every_epoch() -> None:
    training, validation = (BatchSampler(2, is_training=value) for value in (True, False))
    for sampler in (training, validation):
        sampler.set_epoch(3)
    assert list(training) == [(3, 0), (3, 1)]
    assert list(validation) == [(0, 0), (0, 1)]


def test_a_batch_without_samples_raises_an_error() -> None:
    with pytest.raises(DataError, match="size is 0; allowed: 1 or more"):
        LoaderSettings(size=0)
