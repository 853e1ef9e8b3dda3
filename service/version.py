"""The version of hitsujun: what git's tags say while it is built, what is installed afterwards.

`v0.2.0` is the tag of 0.2.0; three commits after it, what is built is 0.2.1.dev3+g1234567. Without
a tag or without git (an archive, a clone without tags) it is NEWEST, and so it is where the code is
read from a folder and not installed. pyproject.toml has hatchling call `version_of`, so nothing but
the standard library is imported here.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

NEWEST = "0.2.0"  # the newest release of CHANGELOG.md; a test compares them
ROOT = Path(__file__).resolve().parents[1]
DESCRIBED = re.compile(r"v(\d+(?:\.\d+)*)\.(\d+)-(\d+)-(g[0-9a-f]+)")


@cache
def installed_version() -> str:
    """The version of the installed package, or that of the folder that this file is in."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hitsujun")
    except PackageNotFoundError:
        return version_of(ROOT)


def version_of(folder: Path) -> str:
    """The version of a folder with our code: by its tags, otherwise NEWEST."""
    if not (folder / ".git").exists():  # a folder within another repository has not its tags
        return NEWEST
    command = ["git", "-C", str(folder), "describe", "--tags", "--long", "--match", "v[0-9]*"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:  # there is no git
        return NEWEST
    found = DESCRIBED.fullmatch(told.stdout.strip())
    return _version(found) if found else NEWEST


def _version(described: re.Match[str]) -> str:
    """Of PEP 440: a release at its tag, afterwards a development version of the next one."""
    before, last, commits, commit = described.groups()
    if commits == "0":
        return f"{before}.{last}"
    return f"{before}.{int(last) + 1}.dev{commits}+{commit}"
