"""Where the files of a job are: its uploads while it is unfinished, then its picture.

Whoever knows a job's id may see its picture, so the id is not in the name of the folder: the name
is a hash of it. Web processes and the painter work on local copies, in folders of their own.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from service.blobs import Blobs
from service.blobs.folder import FOLDER_MODE

PREVIEW = "preview.jpg"
INCOMING = "incoming-"  # prefix of the folders of uploads that no job has yet
ORPHAN_SECONDS = 3600  # age from which a folder without a job is removed


def folder_name(job_id: str) -> str:
    """The folder of a job in the store of pictures."""
    return hashlib.sha256(job_id.encode()).hexdigest()[:32]


def job_folder(parent: Path, job_id: str) -> Path:
    """The folder of a job in a local one; it is not created here."""
    return parent / folder_name(job_id)


def incoming_folder(work_dir: Path) -> Path:
    """Create a folder for uploads that are not yet checked, and remove what crashes have left."""
    work_dir.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    _remove_old(work_dir, f"{INCOMING}*", in_use=set())
    folder = work_dir / f"{INCOMING}{secrets.token_hex(8)}"
    folder.mkdir(mode=FOLDER_MODE)
    return folder


def sweep(blobs: Blobs, ended: Mapping[str, str | None], unfinished: set[str]) -> None:
    """Delete the stored files that crashes have left behind.

    `ended`: the pictures of ended jobs by id, None where there is none. `unfinished`: ids. A
    file of no job is deleted once it is ORPHAN_SECONDS old, since its job may be about to start.
    """
    pictures = {folder_name(job_id): name for job_id, name in ended.items()}
    in_use = {folder_name(job_id) for job_id in unfinished}
    oldest = time.time() - ORPHAN_SECONDS
    doomed = []
    for stored in blobs.files():
        folder, _, name = stored.name.partition("/")
        if folder in pictures:
            is_kept = name == pictures[folder]
        else:
            is_kept = folder in in_use or stored.modified >= oldest
        if not is_kept:
            doomed.append(stored.name)
    blobs.delete(doomed)


def sweep_local(work_dir: Path, unfinished: set[str]) -> None:
    """Remove the painter's local folders of jobs that have ended, and old uploads."""
    _remove_old(work_dir, "*", in_use={folder_name(job_id) for job_id in unfinished})


def _remove_old(parent: Path, pattern: str, *, in_use: set[str]) -> None:
    oldest = time.time() - ORPHAN_SECONDS
    for folder in parent.glob(pattern):
        if folder.name not in in_use and _modified(folder) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _modified(path: Path) -> float:
    """Seconds since the epoch; infinity where the path has gone meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
