import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.mistakes import FAULTS, Mistakes, Plan, plan
from data.synthetic.writer import WriterModel


def planned(seed: int, counts: list[int], disorder: float = 0.0, **shares: float) -> Plan:
    generator = np.random.default_rng(seed)
    model = WriterModel(joining=0.0, disorder=disorder)
    mistakes = Mistakes(**dict.fromkeys(vars(Mistakes()), 0.0) | {"order": 1.0} | shares)
    sizes = np.array(counts)
    return plan(sizes, model.sample(len(sizes), generator), mistakes, generator)


def test_without_mistakes_every_stroke_is_drawn_once_in_order() -> None:
    found = planned(1, [3, 1])
    assert found.canonical.tolist() == [0, 1, 2, 0]
    assert found.ink.tolist() == [0, 0, 0, 1]
    assert found.is_lifted.all()
    assert not found.faults.any()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("shuffled", "order"),
        ("direction", "direction"),
        ("missing", "missing"),
        ("extra", "extra"),
        ("broken", "broken"),
        ("merged", "merged"),
    ],
)
def test_a_mistake_is_made_and_labelled_alone(name: str, fault: str) -> None:
    found = planned(1, [12] * 50, **{name: 1.0})
    share = found.faults.mean(axis=0)
    assert share[FAULTS.index(fault)] > 0.8
    assert share.sum() == share[FAULTS.index(fault)]


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(1, 29), min_size=1, max_size=8),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_labels_say_what_the_strokes_are(seed: int, counts: list[int], share: float) -> None:
    found = planned(seed, counts, share, missing=share, extra=share, broken=share, direction=share)
    for ink, count in enumerate(counts):
        rows = np.flatnonzero(found.ink == ink)
        canonical = found.canonical[rows]
        has = dict(zip(FAULTS, found.faults[ink].tolist(), strict=True))
        assert has["missing"] == (set(canonical.tolist()) != set(range(count)))
        assert has["order"] == bool((np.diff(canonical) < 0).any())
        assert has["extra"] == bool(found.is_extra[rows].any())
        for stroke in set(canonical[~found.is_extra[rows]].tolist()):
            of = rows[(canonical == stroke) & ~found.is_extra[rows]]
            assert (found.end[of] - found.begin[of]).sum() == pytest.approx(1)
            if len(of) == 2 and not found.is_backwards[of[0]]:
                assert found.begin[of[0]] == 0


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        Mistakes(missing=1.2)
