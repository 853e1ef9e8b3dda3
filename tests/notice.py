"""Writes NOTICE anew: the text of notice.txt, with what is installed, vendored and fetched.

    python -m tests.notice

Licences of libraries are those that their own metadata states, versions the pins of
constraints.txt. A package that is not installed here, or in another version, keeps its line.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from style.backbones.registry import BACKBONES

ROOT = Path(__file__).parents[1]
NOTICE = ROOT / "NOTICE"
TEMPLATE = Path(__file__).with_name("notice.txt")
NOT_SHIPPED = ("dev", "docs")  # extras that no user of hitsujun installs
# Of packages whose metadata does not say it: what the file LICENSE or COPYING in them says.
UNSTATED = {
    "cuda-toolkit": "LicenseRef-NVIDIA-Proprietary",
    "huey": "MIT",
    "kanjivg": "CC-BY-SA-3.0",
    "pysqlite3": "Zlib",
}
LINE = re.compile(r"^    `([^`]+)` (\S+): .+$", re.M)


def main() -> None:
    """Write the file."""
    NOTICE.write_text(notice(NOTICE.read_text("utf-8")), "utf-8")


def notice(before: str) -> str:
    """The text of NOTICE. `before`: the one there was, for what is not installed here."""
    lines = dict(sorted((_kept(before) | _stated()).items()))
    return TEMPLATE.read_text("utf-8").format(
        libraries="\n".join(lines.values()),
        copyleft=", ".join(f"`{name}`" for name, line in lines.items() if "GPL" in line),
        backbones="\n".join(_backbones()),
        vendored="\n".join(_vendored()),
    )


def pins() -> dict[str, str]:
    """The versions of constraints.txt by the canonical name of the package."""
    pairs = (line.split("==") for line in (ROOT / "constraints.txt").read_text("utf-8").split())
    return {canonicalize_name(name): version for name, version in pairs}


def _kept(before: str) -> dict[str, str]:
    """The lines of packages that are pinned and not installed in the version of the pin."""
    pinned = pins()
    return {
        found[1]: found[0]
        for found in LINE.finditer(before)
        if pinned.get(found[1]) == found[2] and not _is_installed(found[1])
    }


def _is_installed(name: str) -> bool:
    try:
        version = distribution(name).version.partition("+")[0]  # torch's builds are 2.14.1+cpu
    except PackageNotFoundError:
        return False
    return version == pins()[name]


def _stated() -> dict[str, str]:
    """A line for each pinned library that is installed with hitsujun, by its own metadata."""
    pinned = pins()
    return {
        name: f"    `{name}` {pinned[name]}: {_licence(name)}"
        for name in _runtime()
        if name in pinned and _is_installed(name)
    }


def _runtime() -> set[str]:
    """The packages that the dependencies and extras of a user bring, as far as installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras: Mapping[str, list[str]] = project["optional-dependencies"]
    wanted = [*project["dependencies"]]
    wanted += [one for name, those in extras.items() if name not in NOT_SHIPPED for one in those]
    found: set[tuple[str, frozenset[str]]] = set()
    open_ones = list(_needed(wanted, ()))
    while open_ones:
        one = open_ones.pop()
        if one not in found:
            found.add(one)
            open_ones += _needed(_requires(one[0]), one[1])
    return {name for name, _ in found}


def _needed(lines: Iterable[str], extras: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Names and extras of the requirements that hold on Linux, for any of `extras`."""
    for requirement in map(Requirement, lines):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": one}) for one in ("", *extras)):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def _requires(name: str) -> list[str]:
    try:
        return distribution(name).requires or []
    except PackageNotFoundError:
        return []


def _licence(name: str) -> str:
    """What the metadata of a package states: an SPDX expression, or else in words."""
    if name in UNSTATED:
        return UNSTATED[name]
    facts: Any = distribution(name).metadata
    if expression := facts.get("License-Expression"):
        return str(expression)
    classifiers = facts.get_all("Classifier") or []
    named = [one.split(" :: ")[-1] for one in classifiers if one.startswith("License ::")]
    text = (facts.get("License") or "").strip().splitlines()
    return ", ".join(named) or (text[0] if text else "not stated")


def _backbones() -> Iterator[str]:
    for facts in BACKBONES.values():
        sources = "; or ".join(f"{one}, {one.licence}" for one in facts.sources)
        yield f"    {facts.name}: {sources}"


def _vendored() -> Iterator[str]:
    path = ROOT / "service/static/vendor/vendored.json"
    for one in json.loads(path.read_text("utf-8")):
        yield f"    {one['file']}: {one['package']} {one['version']} (npm)."
        yield f"        Copyright {one['copyright']}. {one['licence']}. sha256 {one['sha256']}"


if __name__ == "__main__":
    main()
