"""The store of an installation, by the URL of its settings."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from service.blobs.blobs import Blobs
from service.blobs.folder import FolderBlobs
from service.settings import Settings


@cache
def open_blobs(settings: Settings) -> Blobs:
    """The same store for the same settings.

    Raises ModuleNotFoundError where obstore is not installed, which an object store needs.
    """
    url = settings.blobs_url
    if not url:
        return FolderBlobs(settings.jobs_dir)
    if url.startswith("file:"):
        return FolderBlobs(Path(unquote(urlsplit(url).path)))
    from obstore.store import from_url

    from service.blobs.objects import ObjectBlobs

    return ObjectBlobs(from_url(url))
