"""`hitsujun align`: the canonical stroke of every point of a corpus."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.corpora.corpus import Corpus
from data.corpora.shards import Shards
from data.corpora.writer import write_packed
from data.errors import DataError
from data.ink.packed import UNKNOWN, Packed, unpack
from data.processes import worker_processes
from data.ranks import joined_ranks
from data.references.store import load_references
from kanji.matching.alignment import align_all

VERSION = 1  # of the labels; a run with those of another version starts again
BLOCK = 512  # inks that a process aligns at a time
UNKNOWN_WRITER = "unknown"  # the name of the writer of an ink that has none

Statuses = npt.NDArray[np.int8]  # of each ink: 1 aligned, 0 not aligned, -1 without a reference


@dataclass(frozen=True)
class _Work:
    """A corpus to be aligned to a reference set, block after block, and where they are kept."""

    corpus: Path
    reference: str
    shards: Shards
    block: int  # inks of a block

    def plan(self) -> list[Any]:
        """What decides the labels, the state of the corpus included."""
        status = self.corpus.stat()
        stamp = (str(self.corpus.absolute()), status.st_size, status.st_mtime_ns)
        return [VERSION, self.block, self.reference, stamp]


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
    by_writer: dict[str, list[int]] = field(default_factory=dict)
    without_reference: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, packed: Packed, statuses: Statuses) -> AlignmentCounts:
        """The counts of some inks."""
        counts = cls(inks=len(packed))
        for status, label, writer in zip(statuses, packed.label, packed.writer, strict=True):
            if status < 0:
                counts._add_without_reference(chr(label) if label else "", 1)
                continue
            counts.referenced += 1
            counts.aligned += int(status)
            name = packed.writers[writer] if writer >= 0 else UNKNOWN_WRITER
            counts._add_writer(name, 1, int(status))
        return counts

    def add(self, other: AlignmentCounts) -> None:
        """Adds the counts of other inks."""
        self.inks += other.inks
        self.referenced += other.referenced
        self.aligned += other.aligned
        for writer, (referenced, aligned) in other.by_writer.items():
            self._add_writer(writer, referenced, aligned)
        for character, count in other.without_reference.items():
            self._add_without_reference(character, count)

    def _add_writer(self, writer: str, referenced: int, aligned: int) -> None:
        counts = self.by_writer.setdefault(writer, [0, 0])
        counts[0] += referenced
        counts[1] += aligned

    def _add_without_reference(self, character: str, count: int) -> None:
        self.without_reference[character] = self.without_reference.get(character, 0) + count

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
    block: int = BLOCK,
    report: Callable[[str], None] = lambda _: None,
) -> AlignmentCounts | None:
    """Writes the corpus `path` with stroke labels to `output`, which may be the same file.

    `reference`: the reference set; an ink whose character is not in it is kept without labels.
    `workers`: processes, by default one for each core. `block`: inks that are aligned and kept at a
    time. `report`: called with a line of progress.

    The blocks that are done are kept beside `output` until all of them are, so that a run that was
    killed goes on. Of several processes that torchrun or SLURM started, on hosts that share the
    folder, each aligns a part; the first of them writes `output` and returns the counts, the others
    return None. Raises DataError where the corpus is damaged, or is replaced meanwhile; `output` is
    then unchanged.
    """
    work = _Work(path, reference, Shards(output), block)
    plan, corpus = work.plan(), Corpus(path)
    load_references(reference)  # built once, before the processes start
    blocks = range(-(-len(corpus) // block))
    with joined_ranks() as ranks:
        if ranks.rank == 0:
            done = work.shards.resumed(plan, report)
            if done:
                report(f"resuming: {len(done)} of {len(blocks)} blocks are done already")
        ranks.wait()
        finished = work.shards.finished()
        own = [number for number in ranks.part_of(blocks) if number not in finished]
        processes = workers or (1 if ranks.count > 1 else os.cpu_count() or 1)
        for count, _ in enumerate(_aligned(work, own, processes), 1):
            report(f"{count} of {len(own)} blocks of {block} inks")
        ranks.wait()
        if work.plan() != plan:
            raise DataError(f"{path} was changed by another program meanwhile; start again")
        return _join(work, output, corpus.facts, blocks) if ranks.rank == 0 else None


def _join(
    work: _Work, output: Path, facts: dict[str, Any], blocks: Sequence[int]
) -> AlignmentCounts:
    """Writes all blocks to `output`, removes what was kept of them, and returns their counts."""
    kept = {key: str(facts.get(key, "")) for key in ("source", "licence", "sha256")}
    packs = (packed for number in blocks for packed in work.shards.packs(number, 1))
    write_packed(output, packs, facts=kept | {"aligned_to": work.reference})
    counts = AlignmentCounts()
    for number in blocks:
        counts.add(AlignmentCounts(**work.shards.result(number)))
    work.shards.remove()
    return counts


def _aligned(work: _Work, blocks: Sequence[int], workers: int) -> Iterator[int]:
    """Aligns and keeps the blocks; yields the number of each that is done."""
    if min(workers, len(blocks)) < 2:
        yield from (_align_block(work, number) for number in blocks)
        return
    with worker_processes(workers) as pool:
        for future in as_completed(pool.submit(_align_block, work, n) for n in blocks):
            yield future.result()


def _align_block(work: _Work, number: int) -> int:
    """Keeps the inks of one block with their labels, and their counts; returns its number."""
    corpus, first = _open_corpus(work.corpus), number * work.block
    packed = corpus.packed(first, min(first + work.block, len(corpus)))
    labelled, statuses = _labelled(packed, work.reference)
    work.shards.save(number, 0, labelled)
    work.shards.finish(number, asdict(AlignmentCounts.of(labelled, statuses)))
    return number


def _labelled(packed: Packed, reference: str) -> tuple[Packed, Statuses]:
    """The inks with their labels, and the status of each."""
    references = load_references(reference)
    inks = list(unpack(packed))
    known = [n for n, ink in enumerate(inks) if ink.char in references]
    alignments = align_all([(inks[n], references[inks[n].char or ""]) for n in known])
    canonical = [np.full(len(s.points), UNKNOWN, np.int16) for ink in inks for s in ink.strokes]
    confidence = np.full(len(canonical), np.nan, np.float32)
    statuses = np.full(len(inks), -1, np.int8)
    firsts = np.cumsum(packed.sizes) - packed.sizes
    for n, alignment in zip(known, alignments, strict=True):
        strokes = slice(firsts[n], firsts[n] + packed.sizes[n])
        canonical[strokes], confidence[strokes] = alignment.canonical, alignment.confidence
        statuses[n] = alignment.is_aligned
    labelled = replace(packed, canonical=np.concatenate(canonical), confidence=confidence)
    return labelled, statuses


@lru_cache(maxsize=1)
def _open_corpus(path: Path) -> Corpus:
    return Corpus(path)
