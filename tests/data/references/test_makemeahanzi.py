import json
from pathlib import Path

import numpy as np
import pytest

from data.errors import CorpusError
from data.references.makemeahanzi import read_references, source_sha256
from data.references.store import build_references, load_references

MEDIANS = [[[0, 900], [1024, -124]], [[512, 388], [512, 132]]]


def test_y_is_flipped_into_the_unit_box(tmp_path: Path) -> None:
    path = tmp_path / "graphics.txt"
    path.write_text(json.dumps({"character": "十", "strokes": [], "medians": MEDIANS}) + "\n\n")
    (reference,) = read_references(path)
    assert reference.character == "十"
    np.testing.assert_allclose(reference.strokes[0].points, [[0, 0], [1, 1]])
    np.testing.assert_allclose(reference.strokes[1].points, [[0.5, 0.5], [0.5, 0.75]])


def test_a_folder_is_read_by_the_names_of_its_files_and_built(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("十", "all"):
        (folder / f"{name}.json").write_text(json.dumps({"strokes": [], "medians": MEDIANS}))
    assert [reference.character for reference in read_references(folder)] == ["十"]
    built = build_references("zh", path=tmp_path / "zh.h5", source=folder)
    table = load_references("zh", path=built)
    assert len(table["十"].strokes) == 2
    assert len(source_sha256(folder)) == 64


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"character": "十", "medians": [[[0, 1]]]}'])
def test_the_error_names_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "graphics.txt"
    path.write_text(line)
    with pytest.raises(CorpusError, match="line 1"):
        list(read_references(path))
