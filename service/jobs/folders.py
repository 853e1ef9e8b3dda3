"""The folder of each job: its uploads while it is unfinished, then its picture.

Whoever knows a job's id may see its picture, so the id is not in the name of the folder: the name
is a hash of it. Folders have mode 0700 and files 0600.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PREVIEW = "preview.jpg"
INCOMING = "incoming-"  # prefix of the folders of uploads that no job has yet
ORPHAN_SECONDS = 3600  # age from which a folder without a job is removed
FOLDER_MODE, FILE_MODE = 0o700, 0o600


def job_folder(jobs_dir: Path, job_id: str) -> Path:
    """The folder of a job; it is not created here."""
    return jobs_dir / hashlib.sha256(job_id.encode()).hexdigest()[:32]


def incoming_folder(jobs_dir: Path) -> Path:
    """Create a folder for uploads that are not yet checked."""
    jobs_dir.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    folder = jobs_dir / f"{INCOMING}{secrets.token_hex(8)}"
    folder.mkdir(mode=FOLDER_MODE)
    return folder


@contextmanager
def replacing_privately(path: Path) -> Iterator[Path]:
    """As `data.cache.replacing`, but with FILE_MODE, and the folder must exist."""
    partial = path.with_name(f".{secrets.token_hex(4)}{path.suffix}")
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
    try:
        yield partial
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def remove_all_but(folder: Path, kept: str | None) -> None:
    """Remove the files of an ended job, except for its picture. A missing folder is no error."""
    if kept is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in folder.glob("*"):
        if path.name != kept:
            path.unlink(missing_ok=True)


def sweep(jobs_dir: Path, ended: Mapping[str, str | None], unfinished: set[str]) -> None:
    """Remove what crashes have left behind.

    `ended`: the pictures of ended jobs by id, None where there is none. `unfinished`: ids. A
    folder of no job is removed once it is ORPHAN_SECONDS old, since its job may be about to start.
    """
    if not jobs_dir.is_dir():
        return
    pictures = {job_folder(jobs_dir, job_id): name for job_id, name in ended.items()}
    in_use = {job_folder(jobs_dir, job_id) for job_id in unfinished}
    oldest = time.time() - ORPHAN_SECONDS
    for folder in jobs_dir.iterdir():
        if folder in pictures:
            remove_all_but(folder, pictures[folder])
        elif folder not in in_use and _modified(folder) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _modified(path: Path) -> float:
    """Seconds since the epoch; infinity where the path has gone meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
