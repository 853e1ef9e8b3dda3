import pytest

from data.errors import DataError
from data.training.mix import Mix


def test_all_faults_of_a_mix_are_reported_at_once() -> None:
    with pytest.raises(
        DataError, match=r"corpus_share is 2; .* refused is 1; .* forms is 3; .* buckets is 0"
    ):
        Mix(corpus_share=2, refused=1, forms=3, buckets=0)
