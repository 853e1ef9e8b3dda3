"""Ink: how fast it is drawn, written and read; and how long the references take to build."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import redirect_stderr
from importlib.metadata import distribution
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

from data.characters import characters
from data.corpora.corpus import Corpus
from data.corpora.writer import write_corpus
from data.references.store import build_references, load_references
from data.synthetic.synthesizer import Synthesizer
from service.bench.clock import least_seconds
from service.bench.drawings import SEED
from service.bench.row import Row

AREA = "data"
BATCH = 256
TAKING = "joining slices of an array in memory"
PARSING = "parsing the XML of KanjiVG's files"
FACTS = {"source": "synthetic", "licence": "CC BY-SA 3.0", "sha256": "0"}


def rows(*, quick: bool) -> Iterator[Row]:
    """Rates for each CPU second. `quick` leaves out the references."""
    yield from _inks(4 if quick else 40)
    if not quick:
        yield from _references()


def _inks(batches: int) -> Iterator[Row]:
    """Of `batches` batches of synthetic ink of joyo kanji."""
    synthesizer = Synthesizer(characters("joyo"), load_references())
    generator = np.random.default_rng(SEED)
    labels = generator.integers(len(synthesizer.characters), size=(batches, BATCH))
    start = time.process_time()
    drawn = [synthesizer.draw(some, generator) for some in labels]
    drawing = labels.size / (time.process_time() - start)
    yield Row(AREA, "synthetic inks drawn", drawing, "inks a CPU s")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ink.h5"
        start = time.process_time()
        inks = (ink for one in drawn for ink in one.inks(synthesizer.characters, generator))
        write_corpus(path, inks, facts=FACTS)
        writing = labels.size / (time.process_time() - start)
        yield Row(AREA, "inks written to a corpus", writing, "inks a CPU s")
        yield from _reading(Corpus(path), 9)


def _reading(corpus: Corpus, repeats: int) -> Iterator[Row]:
    """Batches at random places, as a training reads them."""
    places = np.random.default_rng(2).permutation(len(corpus))
    batches = [places[first : first + BATCH] for first in range(0, len(places), BATCH)]
    reading = least_seconds(lambda: [corpus.gathered(some) for some in batches], repeats)
    sizes = [sum(len(stroke.points) for stroke in ink.strokes) for ink in corpus]
    ends = np.cumsum(sizes)
    points = np.zeros((ends[-1], 2), np.float32)

    def take(some: npt.NDArray[np.int64]) -> object:
        bounds = zip((ends - sizes)[some], ends[some], strict=True)
        return np.concatenate([points[first:end] for first, end in bounds])

    taking = least_seconds(lambda: [take(some) for some in batches], repeats)
    yield Row(AREA, "inks read from a corpus at random", len(corpus) / reading, "inks a CPU s")
    yield Row(AREA, "reading a corpus", reading / taking, "times", TAKING)


def _references() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        start = time.process_time()
        build_references(path=Path(folder) / "ja.h5", anew=True)
        building = time.process_time() - start
        unpacking = least_seconds(lambda: build_references(path=Path(folder) / "ja.h5"), 3)
    parsing = least_seconds(_parse, 1)
    yield Row(AREA, "references of an empty cache", unpacking, "CPU s", at_most=8)
    yield Row(AREA, "references from KanjiVG's files", building, "CPU s")
    yield Row(AREA, "references from KanjiVG's files", building / parsing, "times", PARSING)


def _parse() -> None:
    package = distribution("kanjivg")
    for file in package.files or ():
        if file.suffix == ".svg":
            ElementTree.parse(str(package.locate_file(file)))
