from pathlib import Path

import h5py
import numpy as np
import pytest

from data.characters import characters
from data.errors import CorpusError, ReferenceMissing
from data.references.kanjivg import KanjiVG
from data.references.reference import DECIMALS
from data.references.store import (
    Reference,
    ReferenceStroke,
    build_references,
    load_references,
    references_path,
    write_references,
)

FACTS = {"name": "ja", "source": "KanjiVG", "licence": "CC BY-SA 3.0", "sha256": "0"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, kanjivg: KanjiVG) -> Path:
    path = tmp_path_factory.mktemp("references") / "few.h5"
    write_references(path, [kanjivg.reference(c) for c in "紀日必"], facts=FACTS)
    return path


def test_written_references_are_read_back(built: Path, kanjivg: KanjiVG) -> None:
    read = load_references(path=built)
    assert list(read) == ["必", "日", "紀"]
    for character in read:
        expected = kanjivg.reference(character)
        assert read[character].orders == expected.orders
        assert read[character].order_sources == expected.order_sources
        assert read[character].components == expected.components
        for ours, theirs in zip(read[character].strokes, expected.strokes, strict=True):
            assert ours.type == theirs.type
            np.testing.assert_allclose(ours.points, theirs.points, rtol=0, atol=0.51e-4)


def test_json_with_four_decimals_has_the_points_that_are_graded_by(built: Path) -> None:
    for reference in load_references(path=built).values():
        for stroke in reference.strokes:
            sent = [[round(float(value), DECIMALS) for value in point] for point in stroke.points]
            np.testing.assert_array_equal(np.array(sent, np.float32), stroke.points)


def test_every_listed_character_has_strokes_in_kanjivg(kanjivg: KanjiVG) -> None:
    assert [c for c in characters("all") if c not in kanjivg._files] == []


def test_the_error_for_a_missing_set_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    with pytest.raises(ReferenceMissing, match="--set zh --from"):
        load_references("zh")
    with pytest.raises(ReferenceMissing, match="available: ja, zh"):
        load_references("ko")
    with pytest.raises(ReferenceMissing, match="no reference file"):
        load_references(path=tmp_path / "none.h5")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("points", np.full((3, 2), np.nan, np.float32)),
        ("points", np.zeros((3, 3), np.float32)),
        ("stroke_offsets", np.array([0, 2, 1, 3])),
        ("sample_offsets", np.array([0, 99])),
        ("sample_offsets", np.array([], np.int64)),
        ("label", np.array([2**31], np.uint32)),
        ("extra", np.zeros(0, np.uint8)),
    ],
)
def test_a_damaged_file_raises_an_error(tmp_path: Path, name: str, value: np.ndarray) -> None:
    path = tmp_path / "damaged.h5"
    stroke = ReferenceStroke(np.array([[0, 0], [0.5, 0], [1, 1]], np.float32), "㇐")
    write_references(path, [Reference("一", (stroke,))], facts=FACTS)
    assert len(load_references(path=path)["一"].strokes) == 1
    with h5py.File(path, "a") as file:
        del file[name]
        file[name] = value
    broken = path.rename(tmp_path / "broken.h5")
    with pytest.raises(CorpusError):
        load_references(path=broken)


def test_a_file_of_another_format_raises_an_error(tmp_path: Path) -> None:
    path = tmp_path / "text.h5"
    path.write_text("no HDF5")
    with pytest.raises(CorpusError, match="is text, not an HDF5 file"):
        load_references(path=path)


def test_a_failed_build_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "graphics.txt"
    source.write_text("{}\n")
    with pytest.raises(CorpusError, match="line 1"):
        build_references("zh", source=source)
    assert not references_path("zh").exists()
    assert list(tmp_path.rglob("*.h5*")) == []


def test_other_forms_are_read_back(tmp_path: Path, kanjivg: KanjiVG) -> None:
    path = tmp_path / "forms.h5"
    facts = {"name": "ja", "source": "s", "licence": "l", "sha256": "0"}
    write_references(path, [kanjivg.reference("葛"), kanjivg.reference("一")], facts=facts)
    references = load_references(path=path)
    assert references["一"].forms == ()
    for form, expected in zip(references["葛"].forms, kanjivg.reference("葛").forms, strict=True):
        assert (form.source, form.licence) == (expected.source, expected.licence)
        for ours, theirs in zip(form.strokes, expected.strokes, strict=True):
            np.testing.assert_allclose(ours.points, theirs.points, atol=1e-4)
    counts = sorted(len(form.strokes) for form in references["葛"].forms)
    assert counts == [11, 11, 12]
