import json
from pathlib import Path

import numpy as np
import pytest

from data.corpora.files import READERS, WRITERS, read_inks, write_inks
from data.corpora.writer import write_corpus
from data.errors import DataError, InkError
from data.ink import Ink, Stroke

INKS = (
    Ink.from_wire({"strokes": [[[0, 0.1], [-1e-7, 2]], [[3, 1e12]]], "char": "十"}),
    Ink.from_wire(
        {
            "strokes": [[[5, 5, 0], [6, 6, 8.25]], [[1, 2]], [[7, 7, 99]]],
            "char": '<&"\\>',
            "writer": "ann & bob",
            "source": "a tablet",
        }
    ),
    Ink.from_wire({"strokes": [[[7, 7]]]}),
    Ink.from_wire({"strokes": [[[7, 7]]], "char": "𠮟", "writer": "ann & bob"}),
)


def wires(inks: object) -> list[object]:
    return [ink.to_wire() for ink in inks]  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", WRITERS)
def test_what_is_written_is_read_back_equal(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"ink{suffix}"
    assert write_inks(path, iter(INKS)) == 4
    assert wires(read_inks(path)) == wires(INKS)


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_float32_is_read_back_equal(tmp_path: Path, suffix: str) -> None:
    random = np.random.default_rng(1)
    values = random.standard_normal((500, 2)) * 10.0 ** random.integers(-20, 11, (500, 1))
    points = values.astype(np.float32)
    path = tmp_path / f"ink{suffix}"
    write_inks(path, [Ink((Stroke(points, points[:, 0]),))])
    (read,) = read_inks(path)
    np.testing.assert_array_equal(read.strokes[0].points, points)
    assert read.strokes[0].t is not None
    np.testing.assert_array_equal(read.strokes[0].t, points[:, 0])


def test_a_corpus_is_a_file_of_ink(tmp_path: Path) -> None:
    facts = {"source": "a tablet", "licence": "CC0-1.0", "sha256": "0"}
    write_corpus(tmp_path / "ink.h5", INKS[:1], facts=facts)
    assert [ink.char for ink in read_inks(tmp_path / "ink.h5")] == ["十"]


def test_an_unknown_suffix_is_named_with_what_we_write(tmp_path: Path) -> None:
    with pytest.raises(InkError, match=r"\.jsonl, \.inkml, \.unipen"):
        write_inks(tmp_path / "ink.docx", INKS)


def test_an_error_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "ink.jsonl"
    source.write_text(json.dumps(INKS[0].to_wire()) + "\nno json\n")
    for suffix in WRITERS:
        with pytest.raises(InkError, match="line 2"):
            write_inks(tmp_path / f"out{suffix}", read_inks(source))
    assert [path.name for path in tmp_path.iterdir()] == ["ink.jsonl"]


def test_names_that_a_format_cannot_hold_are_refused(tmp_path: Path) -> None:
    strokes = INKS[0].strokes
    with pytest.raises(InkError, match="XML cannot hold"):
        write_inks(tmp_path / "x.inkml", [Ink(strokes, writer="\x00")])
    with pytest.raises(InkError, match="UNIPEN cannot hold"):
        write_inks(tmp_path / "x.unipen", [Ink(strokes, writer="two\nlines")])


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize(
    ("content", "named"),
    [
        (PNG, "a PNG picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a JPEG picture"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "compressed with gzip"),
        ("{}".encode("utf-16"), "text in UTF-16"),
    ],
)
def test_a_file_of_another_kind_is_named(
    tmp_path: Path, suffix: str, content: bytes, named: str
) -> None:
    path = tmp_path / f"ink{suffix}"
    path.write_bytes(content)
    if (suffix, named) == (".inkml", "text in UTF-16"):
        named = "cannot read this InkML"
    with pytest.raises(DataError, match=rf"ink{suffix}.* {named}"):
        list(read_inks(path))


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("other", WRITERS)
def test_ink_with_the_suffix_of_another_format_is_named(
    tmp_path: Path, suffix: str, other: str
) -> None:
    path = tmp_path / f"ink{suffix}"
    write_inks(tmp_path / f"x{other}", INKS)
    (tmp_path / f"x{other}").rename(path)
    if READERS[suffix] is READERS[other]:
        assert len(list(read_inks(path))) == len(INKS)
        return
    with pytest.raises(InkError, match=r"is (XML|JSON|UNIPEN), not (InkML|JSONL|UNIPEN)"):
        list(read_inks(path))


def test_binary_data_and_text_in_another_encoding_are_named(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    for content, named in ((b"\1\0\2", "binary data"), ("十".encode("cp932"), "not UTF-8")):
        path.write_bytes(content)
        with pytest.raises(InkError, match=named):
            list(read_inks(path))
