"""Real handwriting by source, as written and with each mistake put in, for several benches."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from data.ink import Ink
from kanji.recognizer.recognize import SHIPPED
from tests.bench.injection import INJECTIONS
from tests.bench.people import PEOPLE, people

SOURCES = ("kanjicanvas", "mcyph-supplemental")  # a careful writer; varied on purpose, and messy


class MistakeSet(NamedTuple):
    """The inks of one source with one mistake; each has its character as `char`."""

    source: str
    mistake: str
    inks: list[Ink]


def add_every(parser: argparse.ArgumentParser) -> None:
    """Adds `--every`, for a faster run on fewer inks."""
    parser.add_argument("--every", type=int, default=1, help="only every N-th ink of a source")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds `--model`, `--every`, `--only` and `--seed`."""
    parser.add_argument("--model", type=Path, default=SHIPPED, help="an ONNX file of the export")
    add_every(parser)
    parser.add_argument("--only", nargs="*", default=list(INJECTIONS), help="which mistakes")
    parser.add_argument("--seed", type=int, default=1, help="of the mistakes")


def has_people() -> bool:
    """Whether the real handwriting is there; prints why the bench is skipped if not."""
    if not PEOPLE.exists():
        print(f"skipped: no real handwriting at {PEOPLE}")
    return PEOPLE.exists()


def inks_by_source(
    sources: Iterable[str], allowed: Collection[str], *, every: int = 1
) -> dict[str, list[Ink]]:
    """Every N-th of the inks of each source whose character is in `allowed`, in file order."""
    allowed = frozenset(allowed)
    return {
        source: [ink for ink in people(source) if ink.char in allowed][::every]
        for source in sources
    }


def mistake_sets(
    inks: Mapping[str, Sequence[Ink]], mistakes: Iterable[str] = tuple(INJECTIONS), *, seed: int = 1
) -> Iterator[MistakeSet]:
    """The inks of each source with each mistake, every set from the same seed.

    Inks that a mistake cannot be put into are left out.
    """
    for source, drawn in inks.items():
        for mistake in mistakes:
            generator = np.random.default_rng(seed)
            changed = [INJECTIONS[mistake](ink, generator) for ink in drawn]
            yield MistakeSet(source, mistake, [ink for ink in changed if ink is not None])
