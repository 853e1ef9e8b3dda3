"""locked.txt has the pins of constraints.txt, each with its hashes."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
# They come from where pip is told, which may be a mirror or a folder with builds of its own.
UNLOCKED = re.compile(r"^(torch|torchvision|triton|nvidia-.*|cuda-.*)==", re.I)
BUILD = {"hatchling", "editables", "trove-classifiers"}  # what builds hitsujun itself


def pins(name: str) -> set[str]:
    """Names as PEP 503 writes them, with their versions."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    found = (line.split()[0].partition("==") for line in lines if "==" in line)
    return {f"{re.sub('[-_.]+', '-', one).lower()}=={version}" for one, _, version in found}


def test_the_locked_versions_are_those_of_the_constraints() -> None:
    locked = {pin for pin in pins("locked.txt") if pin.partition("==")[0] not in BUILD}
    wanted = {pin for pin in pins("constraints.txt") if not UNLOCKED.match(pin)}
    assert locked == wanted, "run make lock"


def test_every_locked_version_has_a_hash() -> None:
    entries = re.split(r"^(?=\S)", (ROOT / "locked.txt").read_text("utf-8"), flags=re.M)
    for entry in entries[2:]:  # after the comment
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry
