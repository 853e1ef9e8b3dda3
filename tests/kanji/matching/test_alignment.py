import json
from pathlib import Path

import numpy as np
import pytest

from data.corpora.corpus import Corpus, write_corpus
from data.ink import Ink, Stroke
from data.references.reference import Reference
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.matching.alignment import align
from service.cli import main

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


@pytest.mark.parametrize("workers", [1, 2])
def test_the_command_labels_a_corpus_and_reports_by_writer(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    workers: int,
) -> None:
    monkeypatch.setattr("kanji.matching.corpus_alignment.ONE_PROCESS", 0)
    inks = [
        Ink(ink.strokes, ink.char, writer=f"w{n % 2}")
        for n, ink in enumerate(drawn(WriterModel(1, 0), Mistakes.none(), 20))
    ]
    inks.append(Ink(inks[0].strokes, "‰"))
    path, output = tmp_path / "ink.h5", tmp_path / "out.h5"
    bare = [Ink(tuple(Stroke(s.points) for s in i.strokes), i.char, None, i.writer) for i in inks]
    write_corpus(path, bare, facts={"source": "x", "licence": "y", "sha256": "z"}, split="test")
    assert main(["align", str(path), "-o", str(output), "--workers", str(workers)]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["inks"], counts["without_reference"]) == (21, 1)
    assert counts["writers"]["w0"]["inks"] == 10
    assert counts["aligned"] > 0.9
    labelled = Corpus(output)
    assert labelled.facts["aligned_to"] == "ja"
    assert labelled.split(0) == "test"
    for ink, truth in zip(labelled[:20], inks, strict=False):
        for stroke, original in zip(ink.strokes, truth.strokes, strict=True):
            assert stroke.canonical is not None and stroke.confidence is not None
            np.testing.assert_array_equal(stroke.points, original.points)
    assert labelled[20].strokes[0].canonical is None
    before = output.read_bytes()
    assert main(["align", str(output), "--workers", "1"]) == 0
    assert Corpus(output)[0].strokes[0].confidence == labelled[0].strokes[0].confidence
    assert len(output.read_bytes()) == len(before)
