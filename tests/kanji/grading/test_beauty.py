"""Each score of beauty is higher for neat ink than for sloppy ink, and that than distorted."""

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.grading.beauty import Beauty, beauty
from kanji.matching.match import match

CHARACTERS = "三王書海議語春東量車"


def scores(sloppiness: float) -> dict[str, float]:
    """The mean of each score over writers and characters."""
    references = load_references("ja")
    generator = np.random.default_rng(1)
    labels = np.arange(200) % len(CHARACTERS)
    model = WriterModel(
        sloppiness=sloppiness, sloppiness_spread=0.05, joining=0, hooks=0, rounding=0
    )
    drawing = Synthesizer(CHARACTERS, references).draw(
        labels, generator, model=model, mistakes=Mistakes.none()
    )
    values_of: dict[str, list[float]] = {}
    for row, label in enumerate(labels):
        reference = references[CHARACTERS[label]]
        answer = beauty_of(
            [points for points in drawing.points[drawing.plan.ink == row]], reference
        )
        for name, value in answer.__dict__.items():
            if value is not None:
                values_of.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in values_of.items()}


def beauty_of(strokes, reference) -> Beauty:  # type: ignore[no-untyped-def]
    ink = Ink(tuple(Stroke(np.asarray(points, np.float32)) for points in strokes))
    matching = match([s.points for s in ink.strokes], [s.points for s in reference.strokes])
    answer = beauty(reference, matching)
    assert answer is not None
    return answer


def test_neat_is_above_sloppy_is_above_distorted_in_every_score() -> None:
    neat, sloppy, distorted = scores(0.3), scores(1.5), scores(4.5)
    assert set(neat) == {"proportions", "spacing", "parallelism", "balance"}
    for name in neat:
        assert neat[name] > sloppy[name] + 3 > distorted[name] + 6, name


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("proportions", lambda s: [s[0], (s[1] - s[1].mean(0)) * 0.4 + s[1].mean(0), *s[2:]]),
        ("spacing", lambda s: [s[0], s[1] + [0, 0.2], *s[2:]]),
        ("parallelism", lambda s: [s[0], s[1] + np.linspace([0, 0], [0, 0.3], len(s[1])), *s[2:]]),
    ],
)
def test_the_quality_that_is_spoilt_scores_lowest(name: str, change) -> None:  # type: ignore[no-untyped-def]
    reference = load_references("ja")["三"]
    whole = [stroke.points for stroke in reference.strokes]
    assert min(beauty_of(whole, reference).to_dict().values()) > 99  # type: ignore[type-var]
    spoilt = beauty_of(change(whole), reference).to_dict()
    assert min(spoilt, key=spoilt.get) == name  # type: ignore[arg-type]


def test_one_stroke_has_neither_gaps_nor_proportions() -> None:
    reference = load_references("ja")["一"]
    answer = beauty_of([reference.strokes[0].points], reference)
    assert (answer.proportions, answer.spacing, answer.parallelism) == (None, None, None)
    assert answer.balance > 99
