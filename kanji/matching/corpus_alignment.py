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
import numpy.typing as npt

from data.corpora.corpus import Corpus, write_packed
from data.ink.packed import UNKNOWN, Packed, unpack
from data.references.store import load_references
from kanji.matching.alignment import align

BLOCK = 512  # inks that a process aligns at a time
ONE_PROCESS = 2 * BLOCK  # inks up to which one process is faster than several
QUEUED = 3  # blocks for each process that may wait to be written
UNKNOWN_WRITER = "unknown"  # the name of the writer of an ink that has none

Block = tuple[int, int]  # the first ink, and the one after the last
Statuses = npt.NDArray[np.int8]  # of each ink: 1 aligned, 0 not aligned, -1 without a reference


@dataclass
class AlignmentCounts:
    """How many inks of a corpus were aligned.

    `inks`: all inks. `referenced`: those whose character has a reference. `aligned`: of these, the
    aligned ones. `by_writer`: by writer, [referenced, aligned]. `without_reference`: by character,
    the inks that have no reference.
    """

    inks: int = 0
    referenced: int = 0
    aligned: int = 0
    by_writer: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    without_reference: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, packed: Packed, statuses: Statuses) -> None:
        """Counts the inks of one block."""
        self.inks += len(packed)
        for status, label, writer in zip(statuses, packed.label, packed.writer, strict=True):
            if status < 0:
                self.without_reference[chr(label) if label else ""] += 1
                continue
            self.referenced += 1
            self.aligned += int(status)
            counts = self.by_writer[packed.writers[writer] if writer >= 0 else UNKNOWN_WRITER]
            counts[0] += 1
            counts[1] += int(status)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that the command prints; `aligned`: a fraction of the referenced inks."""
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
    report: Callable[[str], None] = lambda _: None,
) -> AlignmentCounts:
    """Writes the corpus `path` with stroke labels to `output`, which may be the same file.

    `reference`: the reference set; an ink whose character is not in it is kept without labels.
    `workers`: processes, by default one for each core. `report`: called with a line of progress.
    Raises DataError where the corpus is damaged; `output` is then unchanged.
    """
    corpus, counts = Corpus(path), AlignmentCounts()
    load_references(reference)  # built once, before the processes start
    facts = {key: str(corpus.facts.get(key, "")) for key in ("source", "licence", "sha256")}
    processes = 1 if len(corpus) <= ONE_PROCESS else workers or (os.cpu_count() or 1)
    blocks = [(n, min(n + BLOCK, len(corpus))) for n in range(0, len(corpus), BLOCK)]

    def packs() -> Iterator[Packed]:
        for packed, statuses in _aligned_blocks(path, blocks, reference, processes):
            counts.add(packed, statuses)
            report(f"{counts.inks} of {len(corpus)} inks")
            yield packed

    write_packed(output, packs(), facts=facts | {"aligned_to": reference})
    return counts


def _aligned_blocks(
    path: Path, blocks: list[Block], reference: str, workers: int
) -> Iterator[tuple[Packed, Statuses]]:
    """The blocks in order. Only a few finished ones wait at a time, so that memory stays flat."""
    if workers == 1:
        yield from (_align_block(path, block, reference) for block in blocks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[tuple[Packed, Statuses]]] = deque()
        for block in blocks:
            waiting.append(pool.submit(_align_block, path, block, reference))
            if len(waiting) > QUEUED * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _align_block(path: Path, block: Block, reference: str) -> tuple[Packed, Statuses]:
    """The inks of one block with their labels, and the status of each."""
    packed = _open_corpus(path).packed(*block)
    references = load_references(reference)
    canonical, confidence, statuses = [], [], []
    for ink in unpack(packed):
        if ink.char is None or ink.char not in references:
            canonical += [np.full(len(s.points), UNKNOWN, np.int16) for s in ink.strokes]
            confidence += [np.nan] * len(ink.strokes)
            statuses.append(-1)
            continue
        alignment = align(ink, references[ink.char])
        canonical += list(alignment.canonical)
        confidence += list(alignment.confidence)
        statuses.append(int(alignment.is_aligned))
    aligned = replace(
        packed,
        canonical=np.concatenate(canonical),
        confidence=np.array(confidence, np.float32),
    )
    return aligned, np.array(statuses, np.int8)


@lru_cache(maxsize=1)
def _open_corpus(path: Path) -> Corpus:
    return Corpus(path, budget=0)
