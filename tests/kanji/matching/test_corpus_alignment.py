"""A corpus that is aligned by one process or several, and by a run that was stopped."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from data.corpora.corpus import Corpus
from data.corpora.writer import write_corpus
from data.errors import DataError
from data.ink import Ink, Stroke
from data.references.store import load_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from kanji.matching.corpus_alignment import BLOCK, align_corpus
from service.cli import main

FACTS = {"source": "x", "licence": "y", "sha256": "z"}
LONG_S = 300


def drawn(characters: str, count: int) -> list[Ink]:
    generator = np.random.default_rng(1)
    synthesizer = Synthesizer(characters, load_references("ja"))
    labels = generator.integers(len(characters), size=count)
    drawing = synthesizer.draw(labels, generator, model=WriterModel(1, 0), mistakes=Mistakes.none())
    return list(drawing.inks(characters, generator))


def bare(ink: Ink) -> Ink:
    """An ink without labels and times."""
    return Ink(tuple(Stroke(s.points) for s in ink.strokes), ink.char, None, ink.writer)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "ink.h5"
    write_corpus(path, map(bare, drawn("一二三川", 24)), facts=FACTS)
    return path


def labels(path: Path) -> list[object]:
    return [(s.confidence, s.canonical.tolist()) for ink in Corpus(path) for s in ink.strokes]  # type: ignore[union-attr]


def test_the_command_labels_a_corpus_and_reports_by_writer(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inks = [
        Ink(ink.strokes, ink.char, writer=f"w{n % 2}")
        for n, ink in enumerate(drawn("永海漢愛書", 20))
    ]
    inks.append(Ink(inks[0].strokes, "‰"))
    path, output = tmp_path / "ink.h5", tmp_path / "out.h5"
    write_corpus(path, map(bare, inks), facts=FACTS, split="test")
    assert main(["align", str(path), "-o", str(output), "--workers", "1"]) == 0
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


def test_an_ink_of_another_character_has_a_reference_and_is_not_aligned(tmp_path: Path) -> None:
    path, other = tmp_path / "ink.h5", drawn("鬱", 1)[0]
    inks = [*drawn("三", 2), Ink(other.strokes, "永"), Ink(other.strokes, "‰"), Ink(other.strokes)]
    write_corpus(path, map(bare, inks), facts=FACTS)
    counts = align_corpus(path, path, workers=1)
    assert counts is not None
    assert (counts.inks, counts.referenced, counts.aligned) == (5, 3, 2)
    assert counts.without_reference == {"‰": 1, "": 1}
    shown = counts.to_dict()
    assert (shown["without_reference"], shown["characters_without_reference"]) == (2, 2)
    assert shown["aligned"] == 0.6667
    assert shown["writers"] == {"unknown": {"inks": 3, "aligned": 0.6667}}


def test_several_processes_write_what_one_writes(corpus: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.h5", tmp_path / "two.h5"
    counts = align_corpus(corpus, one, workers=1, block=5)
    assert counts == align_corpus(corpus, two, workers=2, block=5)
    assert labels(one) == labels(two)


def test_a_run_that_was_stopped_goes_on(corpus: Path, tmp_path: Path) -> None:
    output, lines = tmp_path / "out.h5", list[str]()

    def stop_at_the_third(line: str) -> None:
        if line.startswith("3 of 5"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        align_corpus(corpus, output, workers=1, block=5, report=stop_at_the_third)
    assert not output.exists()
    resumed = align_corpus(corpus, output, workers=1, block=5, report=lines.append)
    assert lines[0] == "resuming: 3 of 5 blocks are done already"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["ink.h5", "out.h5"]
    whole = align_corpus(corpus, tmp_path / "whole.h5", workers=1, block=5)
    assert labels(output) == labels(tmp_path / "whole.h5")
    assert resumed == whole


def test_a_corpus_that_changed_is_begun_again(corpus: Path, tmp_path: Path) -> None:
    output, lines = tmp_path / "out.h5", list[str]()

    def stop(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        align_corpus(corpus, output, workers=1, block=5, report=stop)
    write_corpus(corpus, map(bare, drawn("一二", 10)), facts=FACTS)
    align_corpus(corpus, output, workers=1, block=5, report=lines.append)
    assert lines[0].startswith("starting again")
    assert len(Corpus(output)) == 10


def test_a_corpus_that_is_replaced_meanwhile_is_not_overwritten(corpus: Path) -> None:
    def replace(line: str) -> None:
        if line.startswith("3 of 5"):
            write_corpus(corpus, map(bare, drawn("一二", 10)), facts=FACTS)

    with pytest.raises(DataError, match=r"ink\.h5 was changed by another program meanwhile"):
        align_corpus(corpus, corpus, workers=1, block=5, report=replace)
    assert len(Corpus(corpus)) == 10


@pytest.mark.slow
def test_two_ranks_share_a_corpus_and_the_first_one_tells(tmp_path: Path) -> None:
    path, alone, together = (tmp_path / f"{name}.h5" for name in ("ink", "alone", "together"))
    write_corpus(path, map(bare, drawn("一", BLOCK + 9)), facts=FACTS)
    environment = dict(os.environ, PYTHONPATH=str(Path(__file__).parents[3]), OMP_NUM_THREADS="1")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*torchrun, "-m", "service.cli", "align", str(path), "-o", str(together)],
        env=environment, capture_output=True, text=True, timeout=LONG_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("1 of 1 blocks") == 2
    counts = align_corpus(path, alone, workers=1)
    assert counts is not None and json.loads(done.stdout) == counts.to_dict()
    assert labels(alone) == labels(together)
