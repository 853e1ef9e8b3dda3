"""`hitsujun serve --prepare`: builds and fetches what is missing, before anything is served."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

from data.cache import cache_dir
from data.references.store import references_path

BACKBONE = "vgg19"  # of the default painting
NO_WEIGHTS = (
    f"hitsujun: the weights of {BACKBONE} could not be fetched, so painting with it will fail;"
    f" later: hitsujun weights fetch {BACKBONE}"
)


def prepare() -> None:
    """Builds the references and fetches weights where the cache has none.

    Each is done in a process of its own, so that its memory is free afterwards. Weights that cannot
    be fetched are a warning: practice needs none.
    """
    if not references_path("ja").is_file():
        _run("data", "build", "references")
    if find_spec("torch") and not _has_weights():
        print(f"fetching the weights of {BACKBONE}, once, 80 MB ...", file=sys.stderr, flush=True)
        if _run("weights", "fetch", BACKBONE):
            print(NO_WEIGHTS, file=sys.stderr, flush=True)


def _has_weights() -> bool:
    """Whether the cache has weights of BACKBONE from any source; needs no torch."""
    return any((cache_dir() / "weights").glob(f"{BACKBONE}-*.safetensors"))


def _run(*arguments: str) -> int:
    command = [sys.executable, "-m", "service.cli", *arguments]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
