"""Files of ink into one corpus: on all cores, in flat memory, and to be gone on with if killed.

The input is cut into tasks: a file of CASIA each, some megabytes of a JSONL file each. Processes
read them and lay what they found as shards into a folder beside the output, `.NAME.parts`; when all
are there they are joined, and the output appears under its name at once. What a killed run has
finished is there for the next one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from data.cache import replacing
from data.corpora.corpus import write_packed
from data.corpora.files import read_inks
from data.errors import DataError
from data.formats import casia
from data.formats.casia.damage import Damage
from data.ink.jsonl import read_lines
from data.ink.packed import Packed, pack

VERSION = 1  # of the shards; those of another are not gone on with
ONLINE = (".pot", ".ptts")
BLOCK = 2048  # inks of a shard
CHUNK = 4 << 20  # bytes of a JSONL file that are a task
SMALL = 8 << 20  # bytes up to which one process is quicker
MAX_WORKERS = 4
STEPS = 10  # how often progress is told
MAX_DAMAGES = 20  # that are kept of a task; the rest are counted

Say = Callable[[str], None]


@dataclass(frozen=True)
class Conversion:
    """`inks` are in the corpus; `left_out` are not, `damages` say why of the first of them."""

    inks: int
    left_out: int
    damages: tuple[Damage, ...]


@dataclass(frozen=True)
class Task:
    """A file, or the bytes [begin, end) of it; `end` is 0 for a whole file."""

    source: casia.Source
    begin: int = 0
    end: int = 0


@dataclass
class _Result:
    """What a task left behind, kept as JSON beside its shards."""

    shards: int = 0
    left_out: int = 0
    damages: list[dict[str, str | int]] = field(default_factory=list)

    def report(self, damage: Damage) -> None:
        self.left_out += 1
        if len(self.damages) < MAX_DAMAGES:
            self.damages.append(asdict(damage))


def convert(
    output: Path,
    inputs: Sequence[Path],
    *,
    facts: Mapping[str, str],
    split: str | None = None,
    skip_damaged: bool = False,
    workers: int | None = None,
    say: Say = lambda _: None,
) -> Conversion:
    """Write the corpus `output` from files, folders and archives of ink.

    `split` None asks CASIA's official division, "train" for other ink. `say` is told what goes on.
    Raises DataError for damaged input, unless `skip_damaged` leaves it out; nothing is left then.
    """
    tasks = [task for path in inputs for task in _tasks(path)]
    parts = output.with_name(f".{output.name}.parts")
    done = _begun(parts, tasks, {"split": split, "skip": skip_damaged}, say)
    rest = [number for number in range(len(tasks)) if number not in done]
    if done and rest:
        say(f"going on: {len(done)} of {len(tasks)} parts were done before")
    try:
        jobs = [(number, tasks[number], parts, split, skip_damaged) for number in rest]
        _run(jobs, workers or min(os.cpu_count() or 1, MAX_WORKERS), say)
        results = [_result(parts, number) for number in range(len(tasks))]
        say("joining the parts")
        inks = write_packed(output, _shards(parts, results), facts=facts)
    except DataError:
        shutil.rmtree(parts, ignore_errors=True)
        raise
    shutil.rmtree(parts)
    damages = tuple(Damage(**d) for result in results for d in result.damages)  # type: ignore[arg-type]
    return Conversion(inks, sum(result.left_out for result in results), damages)


def sha256_of(inputs: Sequence[Path]) -> str:
    """The sha256 of the bytes of files, and of the names and bytes of what is in folders."""
    digest = hashlib.sha256()
    for path in inputs:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if path.is_dir():
                digest.update(str(file.relative_to(path)).encode() + b"\0")
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def reasons(conversion: Conversion) -> Iterator[str]:
    """Lines that tell what was left out and why."""
    if conversion.left_out:
        yield f"{conversion.left_out} records were left out:"
        yield from (f"  {damage}" for damage in conversion.damages[:MAX_DAMAGES])
        kinds = Counter(damage.reason.partition(":")[0] for damage in conversion.damages)
        if len(conversion.damages) < conversion.left_out or len(conversion.damages) > MAX_DAMAGES:
            yield f"  of those noted: {', '.join(f'{n} times {kind}' for kind, n in kinds.items())}"


def _tasks(path: Path) -> Iterator[Task]:
    suffix = path.suffix.lower()
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}")
    if path.is_dir() or suffix == ".zip" or suffix in ONLINE:
        yield from (Task(source) for source in casia.sources(path, ONLINE))
    elif suffix == ".jsonl":
        size = path.stat().st_size
        for begin in range(0, max(size, 1), CHUNK):
            yield Task(casia.Source(path), begin, begin + CHUNK)
    else:
        yield Task(casia.Source(path))


def _begun(
    parts: Path, tasks: Sequence[Task], options: Mapping[str, object], say: Say
) -> frozenset[int]:
    """Makes the folder of shards, or finds which tasks an earlier run of the same has done."""
    stamps = [
        (str(path), path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted({task.source.path for task in tasks})
    ]
    plan = json.dumps([VERSION, BLOCK, CHUNK, options, stamps, [str(task) for task in tasks]])
    manifest = parts / "manifest.json"
    if manifest.is_file():
        if manifest.read_text("utf-8") == plan:
            return frozenset(int(file.stem) for file in parts.glob("[0-9]*.json"))
        say("beginning anew: the input, the options or the program changed since the run before")
    shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir(parents=True)
    with replacing(manifest) as partial:
        partial.write_text(plan, "utf-8")
    return frozenset()


Job = tuple[int, Task, Path, str | None, bool]


def _run(jobs: Sequence[Job], workers: int, say: Say) -> None:
    size = sum(path.stat().st_size for path in {job[1].source.path for job in jobs})
    if workers == 1 or len(jobs) < 2 or size < SMALL:
        for job in jobs:
            _read(*job)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = iter(jobs)
        running = {pool.submit(_read, *job) for job in islice(waiting, 2 * workers)}
        finished = 0
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                    finished += 1
                if finished * STEPS // len(jobs) > (finished - len(done)) * STEPS // len(jobs):
                    say(f"{finished} of {len(jobs)} parts")
                running |= {pool.submit(_read, *job) for job in islice(waiting, len(done))}
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _read(number: int, task: Task, parts: Path, split: str | None, skip: bool) -> None:
    """Lays the shards of a task, and then its result; in a process of its own."""
    result = _Result()
    for packed in _packs(task, split, result.report if skip else None):
        with replacing(_shard(parts, number, result.shards)) as partial:
            packed.save(partial)
        result.shards += 1
    with replacing(parts / f"{number}.json") as partial:
        partial.write_text(json.dumps(asdict(result)), "utf-8")


def _packs(
    task: Task, split: str | None, report: Callable[[Damage], None] | None
) -> Iterator[Packed]:
    source = task.source
    if source.suffix == ".pot":
        with source.open() as file:
            part = split or casia.split_of(source.name)
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


def _shard(parts: Path, number: int, shard: int) -> Path:
    return parts / f"{number}-{shard}.npz"


def _result(parts: Path, number: int) -> _Result:
    return _Result(**json.loads((parts / f"{number}.json").read_text("utf-8")))


def _shards(parts: Path, results: Sequence[_Result]) -> Iterator[Packed]:
    for number, result in enumerate(results):
        for shard in range(result.shards):
            yield Packed.load(_shard(parts, number, shard))
