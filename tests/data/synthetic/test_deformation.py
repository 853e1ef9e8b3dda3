import numpy as np

from data.synthetic.deformation import ALONG, FLICK_POINTS, HOOK, JITTER, POINTS, deform
from data.synthetic.mistakes import Mistakes, StrokePlan, plan_strokes
from data.synthetic.writer import WriterModel, Writers

NUMBERS = {"sloppiness": 1.0, "size_mm": 30.0, "speed": 2.0}
ZERO = dict.fromkeys(WriterModel.__dataclass_fields__, 0.0) | NUMBERS
LINES = np.stack([0.2 + 0.6 * ALONG + 0.3j, 0.2 + 0.6 * ALONG + 0.7j]).astype(np.complex64)
BOW = LINES[:1] + 0.05j * np.sin(np.pi * ALONG).astype(np.complex64)
CORNER = np.where(ALONG < 0.5, 0.2 + ALONG, 0.7 + 1j * (ALONG - 0.5)).astype(np.complex64)[None]


def writers_and_plan(model: WriterModel, strokes: int) -> tuple[Writers, StrokePlan]:
    """One writer, whose ink has no mistakes."""
    writers = model.sample(1, np.random.default_rng(1))
    counts = np.array([strokes])
    return writers, plan_strokes(counts, writers, Mistakes.none(), np.random.default_rng(1))


def deformed(strokes: np.ndarray, **habits: float) -> np.ndarray:
    model = WriterModel(**ZERO | habits)
    writers, plan = writers_and_plan(model, len(strokes))
    return deform(strokes.copy(), plan, writers, model, np.random.default_rng(1))


def test_without_errors_strokes_stay_where_they_are() -> None:
    np.testing.assert_allclose(deformed(LINES), LINES, atol=1e-6)


def test_a_bow_is_straightened_and_a_corner_is_not() -> None:
    assert np.abs(deformed(BOW, straightness=1.0) - BOW).max() > 0.01
    np.testing.assert_allclose(deformed(CORNER, straightness=1.0), CORNER, atol=1e-6)


def test_a_hook_bends_the_end_towards_the_next_stroke() -> None:
    moved = deformed(LINES, hooks=1.0) - LINES
    towards = LINES[1, 0] - LINES[0, -1]
    assert (np.abs(moved[0, : POINTS - HOOK]) < 1e-6).all()
    assert (moved[0, -1] * towards.conj()).real > 0
    assert (np.diff(np.abs(moved[0, -HOOK:])) > 0).all()
    np.testing.assert_allclose(moved[1], 0, atol=1e-6)  # the last stroke has none to point to


def test_a_mouse_makes_lines_jitter_and_ends_flick_off() -> None:
    lines = LINES.repeat(100, axis=0)
    moved = np.abs(deformed(lines, mouse=1.0) - lines)
    inner = moved[:, FLICK_POINTS:-FLICK_POINTS]
    assert 0.9 < np.sqrt((inner**2).mean() / 2) / JITTER < 1.1
    flicked = [(moved[:, end] > 5 * JITTER).mean() for end in (0, -1)]
    assert all(0.05 < share < 0.3 for share in flicked)
    steady = np.abs(deformed(lines, mouse=1e-6) - lines)
    assert np.median(steady) < 1e-5


def test_rounding_moves_corners_and_keeps_the_ends() -> None:
    moved = np.abs(deformed(CORNER, rounding=1.0) - CORNER)[0]
    assert moved[0] < 1e-6 and moved[-1] < 1e-6
    assert moved.argmax() in (POINTS // 2 - 1, POINTS // 2)
