from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from data.references import shipped as module
from data.references.shipped import SHIPPED, packed, shipped, unpacked
from data.references.store import SCHEMA_VERSION, build_references, load_references
from tests.data.references.pack import content

MOST_BYTES = 6_000_000  # of what the wheel grows by


def test_what_is_packed_is_unpacked_without_loss() -> None:
    columns = {
        "points": np.array([[0.1, 0.2], [0.9999, 0.0], [0.5, -0.25], [1.5, 0.3]], np.float32),
        "stroke_offsets": np.array([0, 2, 4]),
        "label": np.array([0x4E00], np.uint32),
    }
    facts = {"source": "KanjiVG 1", "schema_version": 3}
    read, read_facts = unpacked(packed(columns, facts))
    assert read_facts == facts and read.keys() == columns.keys()
    for name, values in columns.items():
        assert read[name].dtype == values.dtype
        np.testing.assert_array_equal(read[name], values)


def test_points_that_would_lose_something_are_refused() -> None:
    offsets = np.array([0, 2])
    with pytest.raises(ValueError, match="more than 4 decimals"):
        packed({"points": np.array([[0.12345, 0], [1, 1]]), "stroke_offsets": offsets}, {})
    with pytest.raises(ValueError, match="leaves the unit box"):
        packed({"points": np.array([[0, 0], [9, 9]]), "stroke_offsets": offsets}, {})


def test_the_set_that_ships_is_of_the_pinned_package_and_small() -> None:
    pins = (Path(__file__).parents[3] / "constraints.txt").read_text("utf-8").split()
    assert f"kanjivg=={version('kanjivg')}" in pins
    assert shipped(SCHEMA_VERSION), "run python -m tests.data.references.pack"
    assert SHIPPED.stat().st_size < MOST_BYTES


@pytest.mark.slow
def test_the_set_that_ships_is_what_kanjivgs_files_give(tmp_path: Path) -> None:
    columns, facts = content(build_references("ja", path=tmp_path / "ja.h5", anew=True))
    ready = shipped(SCHEMA_VERSION)
    assert ready and ready[1] == facts, "run python -m tests.data.references.pack"
    for name, values in columns.items():
        np.testing.assert_array_equal(ready[0][name], values)


def test_a_set_of_another_version_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped(SCHEMA_VERSION + 1) is None
    monkeypatch.setattr(module, "version", lambda _: "20270101")
    assert shipped(SCHEMA_VERSION) is None


def test_an_empty_cache_is_filled_at_once_and_without_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    references = load_references()
    assert references.path.parent == tmp_path and len(references["永"].strokes) == 5
    assert capsys.readouterr().err == ""
