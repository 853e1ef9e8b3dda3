from pathlib import Path

import h5py
import numpy as np
import pytest

from data.errors import CorpusError
from data.formats import casia
from data.pictures.glyphs import MARGIN_PX, Glyphs, fitted, write_glyphs
from service.cli import main

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}


def glyph(char: str, shade: int = 0) -> casia.Glyph:
    image = np.full((40, 20), 255, np.uint8)
    image[:, 8:12] = shade
    return casia.Glyph(image, char, "001")


def test_a_picture_keeps_its_proportions_and_has_a_margin() -> None:
    square = fitted(255 - glyph("一").image, 64)
    rows, columns = np.nonzero(square > 128)
    assert square.shape == (64, 64)
    assert (rows.min(), rows.max()) == (MARGIN_PX, 63 - MARGIN_PX)
    assert 4 <= np.ptp(columns) <= 6  # 4 of 40 pixels, of 56


@pytest.mark.parametrize("budget", [0, 1 << 30])
def test_written_pictures_are_read_back(tmp_path: Path, budget: int) -> None:
    path = tmp_path / "g.h5"
    inks = [glyph(char, shade) for shade, char in enumerate("日月火")]
    assert write_glyphs(path, inks, facts=FACTS, split="test", size_px=32) == 3
    glyphs = Glyphs(path, budget=budget)
    assert [chr(label) for label in glyphs.label] == ["日", "月", "火"]
    assert glyphs.images(np.array([2, 0, 2])).shape == (3, 32, 32)
    assert [image.max() for _, image in glyphs] == [255, 254, 253]
    assert (glyphs.size_px, glyphs.facts["licence"]) == (32, "CC0-1.0")


def test_a_damaged_file_raises_an_error(tmp_path: Path) -> None:
    path = tmp_path / "g.h5"
    with pytest.raises(CorpusError, match="no pictures"):
        write_glyphs(path, [], facts=FACTS)
    for name, value in (
        ("images", np.zeros((1, 64, 32), np.uint8)),
        ("label", np.array([2**30], np.uint32)),
        ("split", np.array([9], np.uint8)),
        ("label", np.zeros(2, np.uint32)),
    ):
        write_glyphs(path, [glyph("日")], facts=FACTS)
        with h5py.File(path, "a") as file:
            del file[name]
            file[name] = value
        with pytest.raises(CorpusError):
            Glyphs(path)


def test_the_command_builds_a_file_from_gnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, built = tmp_path / "337.gnt", tmp_path / "g.h5"
    casia.write_gnt(source, [glyph("日"), glyph("月")])
    assert main(["data", "build", "glyphs", str(source), "-o", str(built)]) == 0
    glyphs = Glyphs(built)
    assert glyphs.facts["source"] == "CASIA HWDB1.0"
    assert glyphs.splits.tolist() == [2, 2]
    source.write_bytes(source.read_bytes()[:-1])
    assert main(["data", "build", "glyphs", str(source), "-o", str(built)]) == 2
    assert "record 1 at byte 810: the file is truncated" in capsys.readouterr().err
    arguments = ["data", "build", "glyphs", str(source), "-o", str(built), "--skip-damaged"]
    assert main(arguments) == 0
    assert "1 were left out:" in capsys.readouterr().err
    assert len(Glyphs(built)) == 1
    assert main(["data", "info", str(built), "--text"]) == 0
    assert "pictures_a_split: {'train': 0, 'validation': 0, 'test': 1}" in capsys.readouterr().out
    source.write_bytes(b"\xff\x00")
    assert main(arguments) == 2
    assert "no pictures to write to" in (error := capsys.readouterr().err)
    assert "all 1 were left out, as " in error and "record 0 at byte 0: " in error
