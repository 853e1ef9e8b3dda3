import pytest

from data.errors import DataError
from data.training.mix import Mix


def test_all_faults_of_a_mix_are_reported_at_once() -> None:
    with pytest.raises(DataError, match=r"not 2; refused .* not 1; buckets .* not 0"):
        Mix(corpus_share=2, refused=1, buckets=0)
