import numpy as np
import pytest

from data.errors import ReferenceMissing
from data.ink import Ink, Stroke
from data.ink.sequence import FEATURES, STEPS, sequence
from data.references.reference import Reference, ReferenceStroke
from data.references.store import load_references
from data.synthetic.deformation import POINTS
from data.synthetic.kinematics import Device
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel

NUMBERS = {"sloppiness": 1.0, "size_mm": 30.0, "speed": 2.0}
PERFECT = WriterModel(**dict.fromkeys(WriterModel.__dataclass_fields__, 0.0) | NUMBERS)
TEN = [[[0.1, 0.5], [0.9, 0.5]], [[0.5, 0.1], [0.5, 0.9]]]


def reference(*strokes: list[list[float]]) -> Reference:
    drawn = tuple(ReferenceStroke(np.array(points, np.float32)) for points in strokes)
    return Reference("十", drawn)


@pytest.fixture
def synthesizer() -> Synthesizer:
    return Synthesizer("十一", {"十": reference(*TEN), "一": reference(TEN[0])})


def test_a_batch_has_one_sequence_for_each_label(synthesizer: Synthesizer) -> None:
    generator = np.random.default_rng(1)
    batch = synthesizer.draw(np.array([0, 1, 0]), generator).sequences(generator).features
    assert batch.shape == (3, STEPS, len(FEATURES))
    assert np.isfinite(batch).all()


def test_the_same_seed_draws_the_same_ink(synthesizer: Synthesizer) -> None:
    labels = np.array([0, 1])
    first, second = (synthesizer.draw(labels, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)


def test_a_writer_without_errors_draws_the_reference(synthesizer: Synthesizer) -> None:
    drawn = synthesizer.draw(
        np.array([0]), np.random.default_rng(1), model=PERFECT, mistakes=Mistakes.none()
    )
    np.testing.assert_allclose(drawn.points[:, [0, -1]], np.array(TEN), atol=1e-5)
    assert drawn.plan.canonical.tolist() == [0, 1]
    exact = sequence(Ink(tuple(Stroke(np.array(s, np.float32)) for s in TEN)))
    read = drawn.sequences(np.random.default_rng(1)).features[0]
    assert (
        np.abs(read[:, :2] - exact[:, :2]).mean() < 0.05
    )  # the length that a lift counts for is random


def test_joined_strokes_are_one_and_their_points_have_canonical_strokes(
    synthesizer: Synthesizer,
) -> None:
    generator = np.random.default_rng(1)
    joining = WriterModel(**vars(PERFECT) | {"joining": 1.0})
    drawing = synthesizer.draw(np.array([0]), generator, model=joining, mistakes=Mistakes.none())
    (ink,) = drawing.inks(synthesizer.characters, generator)
    (stroke,) = ink.strokes
    assert ink.char == "十"
    assert stroke.canonical is not None and stroke.canonical[0] == 0
    changes = stroke.canonical[np.flatnonzero(np.diff(stroke.canonical)) + 1]
    assert changes.tolist() == [-1, 1]  # the line between them belongs to neither


def test_between_joined_strokes_there_is_a_line(synthesizer: Synthesizer) -> None:
    generator = np.random.default_rng(1)
    joining = WriterModel(**vars(PERFECT) | {"joining": 1.0})
    labels = np.array([0, 1, 0])
    drawing = synthesizer.draw(labels, generator, model=joining, mistakes=Mistakes.none())
    lines, ink = drawing.polylines()
    assert ink.tolist() == [0, 0, 0, 1, 2, 2, 2]
    np.testing.assert_allclose(lines[2, [0, -1]], [TEN[0][1], TEN[1][0]], atol=1e-5)
    assert len(drawing.points) == 5


def test_ink_has_the_grid_and_the_rate_of_its_device(synthesizer: Synthesizer) -> None:
    generator = np.random.default_rng(1)
    drawing = synthesizer.draw(np.array([0, 1]), generator, mistakes=Mistakes.none())
    for ink in drawing.inks(synthesizer.characters, generator, device=Device(100, 0.5)):
        for stroke in ink.strokes:
            assert stroke.t is not None
            np.testing.assert_array_equal(stroke.points, np.round(stroke.points))
            np.testing.assert_allclose(np.diff(stroke.t), 10, atol=1)


def test_a_sloppier_writer_has_larger_errors(synthesizer: Synthesizer) -> None:
    def mean_error(sloppiness: float) -> float:
        model = WriterModel(sloppiness=sloppiness, sloppiness_spread=0)
        drawn = synthesizer.draw(
            np.zeros(200, np.int64),
            np.random.default_rng(1),
            model=model,
            mistakes=Mistakes.none(),
        )
        ends = np.stack([drawn.points[0::2, [0, -1]], drawn.points[1::2, [0, -1]]], axis=1)
        return float(np.abs(ends - np.array(TEN)).mean())

    assert mean_error(1) < mean_error(2) < mean_error(4)


def test_a_broken_stroke_is_two_halves_of_one(synthesizer: Synthesizer) -> None:
    broken = Mistakes(**dict.fromkeys(vars(Mistakes()), 0.0) | {"broken": 1.0})
    drawn = synthesizer.draw(
        np.array([1]), np.random.default_rng(1), model=PERFECT, mistakes=broken
    )
    assert drawn.plan.canonical.tolist() == [0, 0]
    np.testing.assert_allclose(drawn.points[0, -1], drawn.points[1, 0], atol=1e-5)
    np.testing.assert_allclose(drawn.points[0, 0], [0.1, 0.5], atol=1e-5)
    assert drawn.points.shape == (2, POINTS, 2)


def test_the_error_names_characters_without_a_reference() -> None:
    with pytest.raises(ReferenceMissing, match="1 of 2 characters, 二 among them"):
        Synthesizer("一二", {"一": reference(TEN[0])})


def test_some_inks_follow_another_form_and_are_marked() -> None:
    references = load_references("ja")
    synthesizer = Synthesizer("葛一", references, forms=0.5)
    labels = np.array([0, 1] * 200)
    drawn = synthesizer.draw(
        labels, np.random.default_rng(1), mistakes=Mistakes.none(), model=WriterModel(joining=0)
    )
    assert 60 < drawn.is_form[labels == 0].sum() < 140 and not drawn.is_form[labels == 1].any()
    counts = np.bincount(drawn.plan.ink)
    assert set(counts[drawn.is_form]) == {len(form.strokes) for form in references["葛"].forms}
    assert set(counts[~drawn.is_form & (labels == 0)]) == {12}
    strokes = drawn.sequences(np.random.default_rng(2)).strokes
    assert (strokes[drawn.is_form] == -1).all() and (strokes[~drawn.is_form] >= 0).all()
