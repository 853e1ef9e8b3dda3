"""`hitsujun serve --prepare`: builds and fetches what is missing, before anything is served."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from data.cache import cache_dir
from data.os_errors import why
from data.references.store import references_path
from service.blobs import settings_folders
from service.data_folder import create_data_folder, no_empty_folders, try_writing
from service.errors import SettingsError
from service.libraries import check_libraries
from service.settings import Settings

BACKBONE = "vgg19"  # of the default painting
NO_WEIGHTS = (
    f"hitsujun: the weights of {BACKBONE} could not be fetched, so painting with it will fail;"
    f" later: hitsujun weights fetch {BACKBONE}"
)


@contextmanager
def checked_installation(settings: Settings) -> Iterator[None]:
    """What serving and painting need on this machine is there in the block.

    Folders that are empty behind it are removed, if they were made since. Raises NotInstalled, or
    SettingsError where a folder cannot be written.
    """
    with no_empty_folders(*settings_folders(settings)):
        check_libraries(settings)
        check_cache()
        create_data_folder(settings.data_dir)
        yield


def check_cache() -> None:
    """Raises SettingsError where the cache has no references, and cannot be written."""
    if references_path("ja").is_file():
        return
    folder = cache_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try_writing(folder)
    except OSError as error:
        raise SettingsError(
            f"the cache folder {folder} cannot be written: {why(error)}; name another one with"
            " HITSUJUN_CACHE"
        ) from error


def prepare() -> int:
    """Builds the references and fetches weights where the cache has none.

    Each is done in a process of its own, so that its memory is free afterwards. Returns the exit
    status of the build, which has said what is wrong where it is not 0. Weights that cannot be
    fetched are a warning: practice needs none.
    """
    if not references_path("ja").is_file() and (status := _run("data", "build", "references")):
        return status
    if find_spec("torch") and not _has_weights():
        print(f"fetching the weights of {BACKBONE}, once, 80 MB ...", file=sys.stderr, flush=True)
        if _run("weights", "fetch", BACKBONE):
            print(NO_WEIGHTS, file=sys.stderr, flush=True)
    return 0


def _has_weights() -> bool:
    """Whether the cache has weights of BACKBONE from any source; needs no torch."""
    return any((cache_dir() / "weights").glob(f"{BACKBONE}-*.safetensors"))


def _run(*arguments: str) -> int:
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
