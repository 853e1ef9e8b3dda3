import pytest

from data.errors import DataError
from data.training.mix import CharacterGroup, Mix


def test_all_faults_of_a_mix_are_reported_at_once() -> None:
    with pytest.raises(
        DataError, match=r"corpus_share is 2; .* refused is 1; .* forms is 3; .* buckets is 0"
    ):
        Mix(corpus_share=2, refused=1, forms=3, buckets=0)


def test_shares_are_fractions_that_sum_to_at_most_one() -> None:
    with pytest.raises(DataError, match="the share of 'kana' is 2; allowed: 0 to 1"):
        CharacterGroup("kana", 2)
    with pytest.raises(DataError, match="sum to more than 1"):
        Mix(groups=[CharacterGroup("kana", 0.6), CharacterGroup("joyo", 0.6)])
    assert Mix(groups=[CharacterGroup(name, 0.1) for name in "abcdefghij"]).groups
