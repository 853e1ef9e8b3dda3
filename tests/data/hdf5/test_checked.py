from pathlib import Path

import h5py
import numpy as np
import pytest

from data.errors import CorpusError
from data.hdf5.checked import attributes, kind_of, opened, starts, write_attributes


def written(path: Path, **values: str | int | float) -> Path:
    with h5py.File(path, "w") as file:
        write_attributes(file, values)
    return path


def test_attributes_are_read_back_as_written(tmp_path: Path) -> None:
    values = {"kind": "corpus", "licence": "CC BY-SA 4.0, 漢字", "samples": 3, "share": 0.5}
    path = written(tmp_path / "x.h5", **values)
    with h5py.File(path) as file:
        assert attributes(file) == values
    assert kind_of(path) == "corpus"


def test_a_file_of_another_program_has_no_kind(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="is not a hitsujun file"):
        kind_of(written(tmp_path / "x.h5", samples=3))
    text = tmp_path / "text.h5"
    text.write_text("text")
    with pytest.raises(CorpusError, match="not an HDF5 file as hitsujun"):
        kind_of(text)


@pytest.mark.parametrize(
    ("kind", "version", "message"),
    [
        ("glyphs", 2, "is not a hitsujun corpus file"),
        ("corpus", 1, "has schema version 1, this program reads 2: build it again"),
    ],
)
def test_another_kind_or_version_is_refused(
    tmp_path: Path, kind: str, version: int, message: str
) -> None:
    path = written(tmp_path / "x.h5", kind=kind, schema_version=version)
    with pytest.raises(CorpusError, match=message), opened(path, kind="corpus", version=2):
        pass


def test_an_older_version_is_read_where_the_reader_knows_it(tmp_path: Path) -> None:
    path = written(tmp_path / "x.h5", kind="corpus", schema_version=1)
    with opened(path, kind="corpus", version=2, older=(1,)) as file:
        assert file.attrs["schema_version"] == 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.h5"
    with pytest.raises(CorpusError, match="no such file"), opened(path, kind="corpus", version=2):
        pass


def test_a_file_with_too_many_attributes_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "x.h5", **{f"a{number}": number for number in range(65)})
    with h5py.File(path) as file, pytest.raises(CorpusError, match="more than 64 attributes"):
        attributes(file)


def test_offsets_start_at_0_and_end_at_the_sum() -> None:
    np.testing.assert_array_equal(starts([2, 0, 3]), [0, 2, 2, 5])
    np.testing.assert_array_equal(starts([]), [0])
