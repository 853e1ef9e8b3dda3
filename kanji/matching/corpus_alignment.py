"""`hitsujun align`: the canonical stroke of every point of a corpus."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from data.corpora.corpus import Corpus, write_packed
from data.ink.packed import UNKNOWN, Packed, unpack
from data.references.store import load_references
from kanji.matching.alignment import align

BLOCK = 512  # inks that a process aligns at a time
SMALL = 2 * BLOCK  # inks up to which one process is quicker
NOBODY = "unknown"  # the writer of an ink that has none


@dataclass
class Shares:
    """How many inks there were, had a reference, and were aligned; `by_writer` counts both of the
    latter, `labels` the characters that had no reference.
    """

    inks: int = 0
    referenced: int = 0
    aligned: int = 0
    by_writer: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    without_reference: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def to_dict(self) -> dict[str, Any]:
        """What the command prints: shares of the inks that have a reference."""
        writers = {
            name: {"inks": inks, "aligned": round(aligned / inks, 4)}
            for name, (inks, aligned) in sorted(self.by_writer.items())
        }
        return {
            "inks": self.inks,
            "without_reference": self.inks - self.referenced,
            "characters_without_reference": len(self.without_reference),
            "aligned": round(self.aligned / max(self.referenced, 1), 4),
            "writers": writers,
        }


def align_corpus(
    path: Path,
    output: Path,
    *,
    reference: str = "ja",
    workers: int | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Shares:
    """Write the corpus anew with stroke labels and tell how much of it was aligned.

    Inks of characters that the reference set lacks are kept without labels. Raises DataError where
    the corpus is damaged; `output`, which may be `path`, is then as it was.
    """
    corpus, shares = Corpus(path), Shares()
    load_references(reference)  # built once, before the processes start
    blocks = [(n, min(n + BLOCK, len(corpus))) for n in range(0, len(corpus), BLOCK)]
    facts = {key: str(corpus.facts.get(key, "")) for key in ("source", "licence", "sha256")}
    count = workers or (os.cpu_count() or 1)

    def packs() -> Iterator[Packed]:
        for packed, aligned in _each(path, blocks, reference, 1 if len(corpus) <= SMALL else count):
            _count(shares, packed, aligned)
            say(f"{shares.inks} of {len(corpus)} inks")
            yield packed

    write_packed(output, packs(), facts=facts | {"aligned_to": reference})
    return shares


Block = tuple[int, int]
Result = tuple[Packed, "np.ndarray[Any, np.dtype[np.int8]]"]


def _each(path: Path, blocks: list[Block], reference: str, workers: int) -> Iterator[Result]:
    """The results in order, of which few wait at a time."""
    if workers == 1:
        yield from (_aligned(path, block, reference) for block in blocks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[Result]] = deque()
        for block in blocks:
            waiting.append(pool.submit(_aligned, path, block, reference))
            if len(waiting) > 3 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _aligned(path: Path, block: Block, reference: str) -> Result:
    """A block with its labels, and of each ink 1 if it is aligned, 0 if not, -1 if it cannot be."""
    packed = _opened(path).packed(*block)
    references = load_references(reference)
    canonical, confidence, verdicts = [], [], []
    for ink in unpack(packed):
        if ink.char is None or ink.char not in references:
            canonical += [np.full(len(s.points), UNKNOWN, np.int16) for s in ink.strokes]
            confidence += [np.nan] * len(ink.strokes)
            verdicts.append(-1)
            continue
        found = align(ink, references[ink.char])
        canonical += list(found.canonical)
        confidence += list(found.confidence)
        verdicts.append(int(found.is_aligned))
    labelled = replace(
        packed,
        canonical=np.concatenate(canonical),
        confidence=np.array(confidence, np.float32),
    )
    return labelled, np.array(verdicts, np.int8)


@lru_cache(maxsize=1)
def _opened(path: Path) -> Corpus:
    return Corpus(path, budget=0)


def _count(shares: Shares, packed: Packed, aligned: np.ndarray[Any, np.dtype[np.int8]]) -> None:
    shares.inks += len(packed)
    for verdict, label, writer in zip(aligned, packed.label, packed.writer, strict=True):
        if verdict < 0:
            shares.without_reference[chr(label) if label else ""] += 1
            continue
        shares.referenced += 1
        shares.aligned += int(verdict)
        counts = shares.by_writer[packed.writers[writer] if writer >= 0 else NOBODY]
        counts[0] += 1
        counts[1] += int(verdict)
