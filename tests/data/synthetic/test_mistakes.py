import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.synthetic.mistakes import FAULTS, Mistakes, StrokePlan, plan_strokes
from data.synthetic.writer import WriterModel


def planned(seed: int, counts: list[int], disorder: float = 0.0, **fractions: float) -> StrokePlan:
    """A plan with these mistakes alone."""
    generator = np.random.default_rng(seed)
    model = WriterModel(joining=0.0, disorder=disorder)
    mistakes = Mistakes(**dict.fromkeys(vars(Mistakes()), 0.0) | {"order": 1.0} | fractions)
    sizes = np.array(counts)
    return plan_strokes(sizes, model.sample(len(sizes), generator), mistakes, generator)


def test_without_mistakes_every_stroke_is_drawn_once_in_order() -> None:
    plan = planned(1, [3, 1])
    assert plan.canonical.tolist() == [0, 1, 2, 0]
    assert plan.ink.tolist() == [0, 0, 0, 1]
    assert plan.is_lifted.all()
    assert not plan.faults.any()


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
    plan = planned(1, [12] * 50, **{name: 1.0})
    fractions = plan.faults.mean(axis=0)
    assert fractions[FAULTS.index(fault)] > 0.8
    assert fractions.sum() == fractions[FAULTS.index(fault)]


@given(
    st.integers(0, 10**6),
    st.lists(st.integers(1, 29), min_size=1, max_size=8),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_the_faults_and_labels_agree_with_the_strokes(
    seed: int, counts: list[int], fraction: float
) -> None:
    plan = planned(
        seed,
        counts,
        fraction,
        missing=fraction,
        extra=fraction,
        broken=fraction,
        direction=fraction,
    )
    for ink, count in enumerate(counts):
        rows = np.flatnonzero(plan.ink == ink)
        canonical = plan.canonical[rows]
        has = dict(zip(FAULTS, plan.faults[ink].tolist(), strict=True))
        assert has["missing"] == (set(canonical.tolist()) != set(range(count)))
        assert has["order"] == bool((np.diff(canonical) < 0).any())
        assert has["extra"] == bool(plan.is_extra[rows].any())
        for stroke in set(canonical[~plan.is_extra[rows]].tolist()):
            pieces = rows[(canonical == stroke) & ~plan.is_extra[rows]]
            assert (plan.end[pieces] - plan.begin[pieces]).sum() == pytest.approx(1)
            if len(pieces) == 2 and not plan.is_backwards[pieces[0]]:
                assert plan.begin[pieces[0]] == 0


def test_a_fraction_above_one_raises_an_error() -> None:
    with pytest.raises(ValueError, match="mistakes missing must be fractions from 0 to 1"):
        Mistakes(missing=1.2)
