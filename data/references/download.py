"""Reference data: fetched once, checked against a pinned digest, kept in the cache as it came."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from data.cache import cache_dir, replacing
from data.errors import ReferenceMissing

SECONDS = 300  # that npm may take


@dataclass(frozen=True)
class Package:
    """A package of npm: what it is pinned to, and its licence."""

    name: str
    version: str
    sha256: str
    licence: str

    @property
    def requirement(self) -> str:
        return f"{self.name}@{self.version}"

    @property
    def path(self) -> Path:
        """Where its tarball lies in the cache once it was fetched."""
        return cache_dir() / f"{self.name}-{self.version}.tgz"


PACKAGES = {
    "makemeahanzi": Package(
        "hanzi-writer-data",
        "2.0.1",
        # npm's own integrity: sha512-nbQwM+MaryGoq7pBMIZLCd3lFq03nXuJuwku1+6UbjL58uU+9OULVcMkoN
        # vNuJSoIV7f1bbPRfD4D/LQa5S7qg==
        "72baf3d82b114e60d6e40ea05f24d2262a05cd39d544e2f322ba2fceb7beff15",
        "Arphic Public License",
    )
}


def fetch(name: str, *, again: bool = False) -> Path:
    """The tarball of one of PACKAGES, fetched by `npm pack` where the cache has it not.

    Raises ReferenceMissing where npm or the network is not there, or the download is another file
    than the pinned one; nothing is kept then.
    """
    package = PACKAGES.get(name)
    if package is None:
        raise ReferenceMissing(f"{name!r} cannot be fetched; there is {', '.join(PACKAGES)}")
    if not again and package.path.is_file() and _sha256(package.path) == package.sha256:
        return package.path
    with tempfile.TemporaryDirectory() as folder:
        tarball = _pack(package, Path(folder))
        found = _sha256(tarball)
        if found != package.sha256:
            raise ReferenceMissing(
                f"npm gave another {package.requirement} than the pinned one: its sha256 is"
                f" {found}, not {package.sha256}; it was not kept. Try the registry of npmjs.com"
            )
        with replacing(package.path) as partial:
            shutil.copyfile(tarball, partial)
    return package.path


def _pack(package: Package, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise ReferenceMissing(
            f"npm is not there to fetch {package.requirement}: install Node.js, or get graphics.txt"
            " from https://github.com/skishore/makemeahanzi and give it to"
            " hitsujun data build references --set zh --from graphics.txt"
        )
    command = [npm, "pack", package.requirement, "--ignore-scripts", "--silent"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        said = _reason(done.stderr) or f"npm ended with {done.returncode}"
    except subprocess.TimeoutExpired:
        said = f"npm took more than {SECONDS} s"
    tarballs = list(folder.glob("*.tgz"))
    if len(tarballs) != 1:
        raise ReferenceMissing(
            f"{package.requirement} could not be had from npm's registry ({said});"
            " check the network and npm's settings, then try again"
        )
    return tarballs[0]


def _reason(stderr: str) -> str:
    """The first line in which npm says what is wrong."""
    lines = [line.strip() for line in stderr.splitlines() if "npm warn" not in line.lower()]
    return next((line for line in lines if line), "")[:200]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
