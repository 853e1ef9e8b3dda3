"""Builds a corpus from files of ink: on several cores, in constant memory, and resumable.

The input is divided into tasks: one file of CASIA each, or some megabytes of a JSONL file each.
Worker processes read them and write what they contain as shards (`data.corpora.shards`). When all
tasks are done the shards are joined, and the output appears at once. After a run that was killed,
the next one keeps the finished tasks.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

from data.content import refuse_pipe
from data.corpora.files import read_inks
from data.corpora.shards import Log, Shards
from data.corpora.writer import write_packed
from data.errors import DataError, NothingToWrite
from data.formats import casia
from data.formats.casia.damage import Damage, refuse_with_advice
from data.ink.jsonl import read_lines
from data.ink.packed import Packed, pack
from data.processes import Workers, worker_processes

VERSION = 1  # of the shards; a run with shards of another version starts again
BLOCK = 2048  # inks in a shard
CHUNK = 4 << 20  # bytes of a JSONL file in a task
SMALL = 8 << 20  # bytes of input up to which a single process is faster
MAX_WORKERS = 4
PROGRESS_LINES = 10
MAX_DAMAGES = 20  # damages that are kept for each task; the others are counted


@dataclass(frozen=True)
class BuildResult:
    """`inks` were written, `left_out` records were not; `damages` describe the first of these."""

    inks: int
    left_out: int
    damages: tuple[Damage, ...]


@dataclass(frozen=True)
class Task:
    """A file, or its bytes [begin, end); `end` is 0 for a whole file."""

    source: casia.Source
    begin: int = 0
    end: int = 0


@dataclass(frozen=True)
class _Job:
    """A task for a worker process, with its number and where its shards are kept."""

    number: int
    task: Task
    shards: Shards
    split: str | None
    skip_damaged: bool


@dataclass
class _TaskResult:
    """What a task produced, kept as JSON beside its shards."""

    shards: int = 0
    left_out: int = 0
    damages: list[dict[str, str | int]] = field(default_factory=list)

    def add_damage(self, damage: Damage) -> None:
        self.left_out += 1
        if len(self.damages) < MAX_DAMAGES:
            self.damages.append(asdict(damage))


def build(
    output: Path,
    inputs: Sequence[Path],
    *,
    facts: Mapping[str, str],
    split: str | None = None,
    skip_damaged: bool = False,
    workers: int | None = None,
    log: Log = lambda _: None,
) -> BuildResult:
    """Writes the corpus `output` from files, folders and archives of ink.

    `facts`: as for `write_corpus`. `split`: the split of all inks; None means CASIA's official
    division, and "train" for other ink. `workers`: processes, by default one for each core, at most
    MAX_WORKERS. `log`: receives lines of progress. Raises DataError for damaged input, unless
    `skip_damaged` leaves it out; the finished tasks are removed then.
    """
    tasks = [task for path in inputs for task in _tasks(path)]
    shards = Shards(output)
    done = shards.resumed(_plan(tasks, {"split": split, "skip": skip_damaged}), log)
    if 0 < len(done) < len(tasks):
        log(f"resuming: {len(done)} of {len(tasks)} parts are done already")
    jobs = [
        _Job(number, task, shards, split, skip_damaged)
        for number, task in enumerate(tasks)
        if number not in done
    ]
    try:
        with shards.kept(log):
            _run(jobs, workers or min(os.cpu_count() or 1, MAX_WORKERS), log)
        results = [_TaskResult(**shards.result(number)) for number in range(len(tasks))]
        log("joining the parts")
        joined = _joined(output, shards, results, facts)
    except DataError:
        shards.remove()
        raise
    shards.remove()
    return joined


def sha256_of(inputs: Sequence[Path]) -> str:
    """The sha256 of the bytes of files, and of the names and bytes of the files in folders."""
    digest = hashlib.sha256()
    for path in inputs:
        refuse_pipe(path)
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if path.is_dir():
                digest.update(str(file.relative_to(path)).encode() + b"\0")
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def left_out_lines(result: BuildResult) -> Iterator[str]:
    """Yields lines that say how many records were left out and why; none where all were read."""
    if not result.left_out:
        return
    yield f"{result.left_out} records were left out:"
    yield from (f"  {damage}" for damage in result.damages[:MAX_DAMAGES])
    if len(result.damages) < result.left_out or len(result.damages) > MAX_DAMAGES:
        kinds = Counter(damage.reason.partition(":")[0] for damage in result.damages)
        counts = ", ".join(f"{count} times {kind}" for kind, count in kinds.items())
        yield f"  of the {len(result.damages)} that were kept: {counts}"


def _tasks(path: Path) -> Iterator[Task]:
    suffix = path.suffix.lower()
    if not path.exists():
        raise FileNotFoundError(f"no such file: {path}")
    if path.is_dir() or suffix == ".zip" or suffix in casia.ONLINE:
        yield from (Task(source) for source in casia.sources(path, casia.ONLINE))
    elif suffix == ".jsonl":
        size = path.stat().st_size
        for begin in range(0, max(size, 1), CHUNK):
            yield Task(casia.Source(path), begin, begin + CHUNK)
    else:
        yield Task(casia.Source(path))


def _plan(tasks: Sequence[Task], options: Mapping[str, object]) -> list[object]:
    """What decides the shards of a build, the state of the input files included."""
    stamps = [
        (str(path), path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted({task.source.path for task in tasks})
    ]
    return [VERSION, BLOCK, CHUNK, options, stamps, [str(task) for task in tasks]]


def _joined(
    output: Path, shards: Shards, results: Sequence[_TaskResult], facts: Mapping[str, str]
) -> BuildResult:
    """Writes the shards of all tasks as one corpus."""
    packs = (p for n, one in enumerate(results) for p in shards.packs(n, one.shards))
    damages = tuple(Damage(**d) for one in results for d in one.damages)  # type: ignore[arg-type]
    left_out = sum(one.left_out for one in results)
    try:
        return BuildResult(write_packed(output, packs, facts=facts), left_out, damages)
    except NothingToWrite as error:
        raise (error.because(left_out, damages[0]) if damages else error) from None


def _run(jobs: Sequence[_Job], workers: int, log: Log) -> None:
    """Does the jobs, in this process where the input is small, else in `workers` processes."""
    size = sum(path.stat().st_size for path in {job.task.source.path for job in jobs})
    if workers == 1 or len(jobs) < 2 or size < SMALL:
        for job in jobs:
            _do(job)
        return
    with worker_processes(workers) as pool:
        _run_in(pool, jobs, workers, log)


def _run_in(pool: Workers, jobs: Sequence[_Job], workers: int, log: Log) -> None:
    """Submits jobs as others finish, so that few of them wait in the pool."""
    waiting = iter(jobs)
    running = {pool.submit(_do, job) for job in islice(waiting, 2 * workers)}
    finished = 0
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
        before, finished = finished, finished + len(done)
        if finished * PROGRESS_LINES // len(jobs) > before * PROGRESS_LINES // len(jobs):
            log(f"{finished} of {len(jobs)} parts")
        running |= {pool.submit(_do, job) for job in islice(waiting, len(done))}


def _do(job: _Job) -> None:
    """Writes the shards of a task, and then its result, which marks it as finished."""
    result = _TaskResult()
    report = result.add_damage if job.skip_damaged else refuse_with_advice
    for packed in _read(job.task, job.split, report):
        job.shards.save(job.number, result.shards, packed)
        result.shards += 1
    job.shards.finish(job.number, asdict(result))


def _read(
    task: Task, split: str | None, report: Callable[[Damage], None] | None
) -> Iterator[Packed]:
    """Yields the inks of a task, packed."""
    source = task.source
    if source.suffix == ".pot":
        part = split or casia.split_of(source.name)
        with source.open() as file:
            yield from casia.read_pot(
                file, source.name, writer=source.writer, split=part, report=report
            )
        return
    if source.suffix == ".ptts":
        with source.open() as file:
            page = casia.read_ptts(file.read(), source.name)
        inks = page.inks(writer=source.writer)
        split = split or casia.split_of(source.name)
    elif task.end:
        inks = read_lines(source.path, task.begin, task.end)
    else:
        inks = read_inks(source.path)
    while block := list(islice(inks, BLOCK)):
        yield pack(block, split=split or "train")
