import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.matching.alignment import SURE, align, align_all

CHARACTERS = "永海漢愛書馬飛国語道"


def reference(character: str) -> Reference:
    return load_references("ja")[character]


def drawn(model: WriterModel, mistakes: Mistakes, count: int = 60) -> list[Ink]:
    generator = np.random.default_rng(1)
    synthesizer = Synthesizer(CHARACTERS, load_references("ja"))
    labels = generator.integers(len(CHARACTERS), size=count)
    drawing = synthesizer.draw(labels, generator, model=model, mistakes=mistakes)
    return list(drawing.inks(CHARACTERS, generator))


@pytest.mark.parametrize(
    ("model", "mistakes", "least"),
    [
        (WriterModel(1, 0), Mistakes.none(), 0.995),
        (WriterModel(2, 0, joining=0.5), Mistakes.none(), 0.98),
        (WriterModel(2, 0, joining=1.0), Mistakes.none(), 0.95),
        (WriterModel(2, 0), Mistakes(), 0.95),
    ],
)
def test_points_get_the_stroke_that_they_were_drawn_as(
    model: WriterModel, mistakes: Mistakes, least: float
) -> None:
    right = []
    for ink in drawn(model, mistakes):
        alignment = align(ink, reference(ink.char or ""))
        for stroke, labels in zip(ink.strokes, alignment.canonical, strict=True):
            assert stroke.canonical is not None
            right.append((labels == stroke.canonical)[stroke.canonical >= 0])
    assert np.concatenate(right).mean() > least


def test_a_missing_stroke_is_named_and_an_extra_one_has_no_label() -> None:
    strokes = [s.points for s in reference("海").strokes]
    missing = align(Ink(tuple(Stroke(p) for p in strokes[:-1])), reference("海"))
    assert missing.missing == (8,)
    assert not missing.is_aligned
    foreign = np.array([[2.0, 2.0], [2.1, 2.9]], np.float32)
    extra = align(Ink(tuple(Stroke(p) for p in [*strokes, foreign])), reference("海"))
    assert (extra.canonical[-1] == -1).all()
    assert extra.confidence[-1] == 0


def test_another_character_is_not_aligned() -> None:
    ink = Ink(tuple(Stroke(s.points) for s in reference("鬱").strokes))
    assert not align(ink, reference("永")).is_aligned
    assert align(ink, reference("鬱")).is_aligned


def test_a_copy_is_sure_whichever_way_its_strokes_run_and_less_so_the_more_they_are_off() -> None:
    strokes = [s.points * 200 for s in reference("海").strokes]
    backwards = [*strokes[:3], strokes[3][::-1], *strokes[4:]]
    for drawn in (strokes, backwards):
        alignment = align(Ink(tuple(map(Stroke, drawn))), reference("海"))
        assert alignment.confidence == pytest.approx([0.9992] * 9, abs=2e-4)
        assert [set(labels.tolist()) for labels in alignment.canonical] == [{n} for n in range(9)]
    sure = []
    for off in (20, 40, 60):
        drawn = [*strokes[:3], strokes[3] + np.float32([0, off]), *strokes[4:]]
        sure.append(align(Ink(tuple(map(Stroke, drawn))), reference("海")).confidence[3])
    assert 0.999 > sure[0] > sure[1] > SURE > sure[2] > 0


def test_strokes_that_fit_none_of_the_character_are_not_aligned() -> None:
    """Two uprights for 二: the assignment leaves both out, and the pen's path takes one for it."""
    uprights = [np.array([[x, 0], [x, 1]], np.float32) for x in (0, 1)]
    alignment = align(Ink(tuple(map(Stroke, uprights))), reference("二"))
    assert alignment.missing and not alignment.is_aligned


def test_inks_together_are_aligned_as_each_alone() -> None:
    inks = drawn(WriterModel(2, 0, joining=0.5), Mistakes.none(), 12)
    pairs = [(ink, reference(ink.char or "")) for ink in inks]
    for one, (ink, target) in zip(align_all(pairs), pairs, strict=True):
        alone = align(ink, target)
        assert (one.missing, one.confidence) == (alone.missing, alone.confidence)
        for labels, expected in zip(one.canonical, alone.canonical, strict=True):
            np.testing.assert_array_equal(labels, expected)


def test_a_character_in_one_stroke_is_followed_along_its_canonical_strokes() -> None:
    strokes = [stroke.points for stroke in reference("国").strokes]
    ink = Ink((Stroke(np.concatenate(strokes)),))
    alignment = align(ink, reference("国"))
    expected = np.repeat(np.arange(len(strokes)), [len(points) for points in strokes])
    assert alignment.is_aligned
    assert (alignment.canonical[0] == expected).mean() > 0.9
