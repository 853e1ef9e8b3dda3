"""What a command writes must not be what it reads, nor be written twice."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from data.errors import DataError

Paths = Path | Iterable[Path] | None
Identity = Path | tuple[int, int]  # of a file: its resolved path, or its device and inode

ADVICE = "give another name"


def check_no_overwrite(outputs: Mapping[str, Paths], inputs: Mapping[str, Paths]) -> None:
    """Raises DataError where an output is the same file as an input or as another output.

    Both map the name of an option or argument ("--report", "STYLE") to its path, to several paths,
    or to None where it was not given. A file may be of any kind: picture, report, preview,
    animation, checkpoint or folder. Files are the same also by another spelling, a symbolic or a
    hard link. Call it before anything is written.
    """
    names: dict[Identity, str] = {}
    for name, path in _named(inputs):
        for identity in _identities(path):
            names[identity] = f"{name} {path}"
    read = set(names)
    for name, path in _named(outputs):
        identities = _identities(path)
        for identity in identities:
            if identity in read:
                raise DataError(f"{name} {path} would overwrite {names[identity]}; {ADVICE}")
            if identity in names:
                raise DataError(f"{name} {path} is the same file as {names[identity]}; {ADVICE}")
        names |= dict.fromkeys(identities, f"{name} {path}")


def _named(paths: Mapping[str, Paths]) -> Iterator[tuple[str, Path]]:
    for name, value in paths.items():
        for path in [value] if isinstance(value, Path) else value or ():
            yield name, path


def _identities(path: Path) -> list[Identity]:
    """What two paths to the same file have in common: the resolved path, or device and inode."""
    resolved = Path(os.path.realpath(path))  # Path.resolve fails at a link to itself
    try:
        status = path.stat()
    except OSError:  # it does not exist yet
        return [resolved]
    return [resolved, (status.st_dev, status.st_ino)]
