"""Finished parts of a long work on ink, kept beside its output until all of them are done.

A part is one task's inks, in shards of flat arrays, and its result as JSON, which marks it as
finished. A run that was killed continues with the parts that are missing. Several processes, on
several hosts that share the folder, may each do some of the parts.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data.cache import named, replacing
from data.ink.packed import Packed

Log = Callable[[str], None]


class Shards:
    """The folder `.NAME.parts` beside `output`, for the tasks of one `plan`.

    A plan is JSON that differs where the input, the options or the program differ. Where it cannot
    be written, the OSError names `output`, which is what somebody asked for.
    """

    def __init__(self, output: Path) -> None:
        self._output = output
        self.folder = output.with_name(f".{output.name}.parts")

    def resumed(self, plan: Sequence[Any], log: Log) -> frozenset[int]:
        """The numbers of the tasks that earlier runs of the same plan have finished.

        Parts of another plan are removed. The folder exists afterwards.
        """
        wanted, manifest = json.dumps(plan), self.folder / "manifest.json"
        if manifest.is_file():
            if manifest.read_text("utf-8") == wanted:
                return self.finished()
            log("starting again: the input, the options or the program changed since the last run")
        self.remove()
        with self._naming_output():
            self.folder.mkdir(parents=True)
        with self._replacing(manifest) as partial:
            partial.write_text(wanted, "utf-8")
        return frozenset()

    @contextmanager
    def kept(self, log: Log) -> Iterator[None]:
        """Says, where the block is interrupted, that what is finished serves the next run."""
        try:
            yield
        except KeyboardInterrupt:
            log(f"what is finished is kept in {self.folder}; the same command goes on from there")
            raise

    def finished(self) -> frozenset[int]:
        """The numbers of the finished tasks."""
        return frozenset(int(file.stem) for file in self.folder.glob("[0-9]*.json"))

    def save(self, task: int, shard: int, packed: Packed) -> None:
        """Keeps the inks of shard number `shard` of a task."""
        with self._replacing(self._shard(task, shard)) as partial:
            packed.save(partial)

    def finish(self, task: int, result: Mapping[str, Any]) -> None:
        """Marks a task as finished, all of whose shards are kept."""
        with self._replacing(self._result(task)) as partial:
            partial.write_text(json.dumps(result), "utf-8")

    def result(self, task: int) -> dict[str, Any]:
        """The result of a finished task."""
        result: dict[str, Any] = json.loads(self._result(task).read_text("utf-8"))
        return result

    def packs(self, task: int, shards: int) -> Iterator[Packed]:
        """Yields the inks of a finished task."""
        for shard in range(shards):
            yield Packed.load(self._shard(task, shard))

    def remove(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def _replacing(self, path: Path) -> Iterator[Path]:
        with self._naming_output(), replacing(path) as partial:
            yield partial

    @contextmanager
    def _naming_output(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            named(error, self._output, self.folder)
            raise

    def _shard(self, task: int, shard: int) -> Path:
        return self.folder / f"{task}-{shard}.npz"

    def _result(self, task: int) -> Path:
        return self.folder / f"{task}.json"
