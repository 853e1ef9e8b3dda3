"""The store of an installation, by the URL of its settings."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from data.os_errors import REASONS
from service.blobs.blobs import Blobs
from service.blobs.folder import FolderBlobs
from service.blobs.probe import probe
from service.errors import SettingsError
from service.settings import Settings, variable

SECONDS = 5  # that an object store may take to answer at the start; obstore itself waits minutes
IMPATIENT = {
    "retry_config": {"max_retries": 1, "retry_timeout": timedelta(seconds=SECONDS)},
    "client_options": {"connect_timeout": f"{SECONDS}s", "timeout": f"{2 * SECONDS}s"},
}


@cache
def open_blobs(settings: Settings) -> Blobs:
    """The same store for the same settings.

    Raises ModuleNotFoundError where obstore is not installed, which an object store needs.
    """
    return _opened(settings)


def try_out_blobs(settings: Settings) -> None:
    """Store a small file and delete it. Raises SettingsError where that fails."""
    try:
        probe(_opened(settings, **IMPATIENT))
    except (OSError, ValueError) as error:
        number, text = (error.errno, error.strerror) if isinstance(error, OSError) else (0, error)
        raise SettingsError(
            f"no picture can be stored in {settings.blobs_url or settings.jobs_dir}:"
            f" {REASONS.get(number or 0, text)}; {variable('blobs_url')} names the store"
        ) from error


def settings_folders(settings: Settings) -> list[Path]:
    """The folders of an installation on this machine: of its data, and of its pictures."""
    return [settings.data_dir, *filter(None, [_store_folder(settings)])]


def _store_folder(settings: Settings) -> Path | None:
    """The folder of the store; None of an object store."""
    url = settings.blobs_url
    if not url:
        return settings.jobs_dir
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None


def _opened(settings: Settings, **options: Any) -> Blobs:
    if folder := _store_folder(settings):
        return FolderBlobs(folder)
    from obstore.store import from_url

    from service.blobs.objects import ObjectBlobs

    return ObjectBlobs(from_url(settings.blobs_url, **options))
