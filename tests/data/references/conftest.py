"""KanjiVG as it is read, which takes ten seconds: once for all tests of a process."""

import pytest

from data.references.kanjivg import KanjiVG


@pytest.fixture(scope="session")
def kanjivg() -> KanjiVG:
    return KanjiVG()
