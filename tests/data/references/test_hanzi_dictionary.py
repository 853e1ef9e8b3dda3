import json
from pathlib import Path

import pytest

from data.errors import CorpusError
from data.references.hanzi_dictionary import read_dictionary
from data.references.makemeahanzi import read_references, source_sha256

GOOD = {
    "character": "明",
    "definition": "bright",
    "pinyin": ["míng"],
    "decomposition": "⿰日月",
    "radical": "日",
    "matches": [[0], [0], [0], [0], [1], [1], [1], None],
}


def written(folder: Path, *entries: object) -> Path:
    path = folder / "dictionary.txt"
    path.write_text("\n".join(json.dumps(entry) for entry in entries) + "\n\n", "utf-8")
    return path


def test_an_entry_has_its_meaning_reading_and_parts(tmp_path: Path) -> None:
    (entry,) = read_dictionary(written(tmp_path, GOOD))
    assert (entry.definition, entry.pinyin, entry.radical) == ("bright", ("míng",), "日")
    tree = entry.components()
    assert (tree.element, tree.strokes) == ("明", tuple(range(8)))
    left, right = tree.parts
    assert (left.element, left.position, left.strokes) == ("日", "left", (0, 1, 2, 3))
    assert (right.element, right.position, right.strokes) == ("月", "right", (4, 5, 6))


def test_parts_are_nested_and_some_have_no_code_point(tmp_path: Path) -> None:
    nested = GOOD | {"decomposition": "⿱⿰？月一", "matches": [[0, 0], [0, 1], [1]]}
    (entry,) = read_dictionary(written(tmp_path, nested))
    top, bottom = entry.components().parts
    assert (top.element, top.strokes, bottom.strokes) == (None, (0, 1), (2,))
    assert [(part.element, part.strokes) for part in top.parts] == [(None, (0,)), ("月", (1,))]


@pytest.mark.parametrize(
    "change",
    [
        {"decomposition": "⿰日"},
        {"decomposition": "日月"},
        {"decomposition": "⿰" * 40 + "日" * 41},
        {"character": "明日"},
        {"matches": 3},
        {"decomposition": None},
    ],
)
def test_the_error_names_the_line_that_cannot_be_read(
    tmp_path: Path, change: dict[str, object]
) -> None:
    with pytest.raises(CorpusError, match=r"dictionary\.txt, line 2"):
        list(read_dictionary(written(tmp_path, GOOD, GOOD | change)))


def test_references_have_the_components_of_the_dictionary_beside_them(tmp_path: Path) -> None:
    graphics = tmp_path / "graphics.txt"
    medians = [[[0, 0], [1, 1]]] * 8
    graphics.write_text(json.dumps({"character": "明", "medians": medians}))
    (bare,) = read_references(graphics)
    before = source_sha256(graphics)
    written(tmp_path, GOOD)
    (reference,) = read_references(graphics)
    assert bare.components is None
    assert reference.components is not None
    assert [part.element for part in reference.components.parts] == ["日", "月"]
    assert source_sha256(graphics) != before
