from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.corpora.files import write_inks
from data.errors import DataError
from data.ink import Ink, Stroke
from data.inspection.samples import examples, ink_sample, samples
from data.inspection.sheet import CAPTION_PX, PAPER, Sample, colour, sheet
from data.references.comparison import compare
from data.references.reference import Reference, ReferenceStroke

CROSS = [np.array([[0, 5], [10, 5]], np.float32), np.array([[5, 0], [5, 10]], np.float32)]


def drawn(image: Image.Image, ink: tuple[int, int, int]) -> int:
    """The number of pixels that have a colour, nearly."""
    return int((np.abs(np.asarray(image, int) - ink).max(axis=2) < 24).sum())


def test_cells_are_in_rows_with_space_for_captions() -> None:
    image = sheet([Sample(CROSS)] * 5, columns=3, cell_px=60)
    assert image.size == (180, 2 * (60 + CAPTION_PX))


def test_each_stroke_has_its_own_colour() -> None:
    image = sheet([Sample(CROSS)], cell_px=120)
    assert drawn(image, colour(0)) > 100
    assert drawn(image, colour(1)) > 100
    assert drawn(image, colour(2)) == 0
    chosen = sheet([Sample(CROSS, colours=[2, 0])], cell_px=120)
    assert drawn(chosen, colour(2)) > 100
    assert drawn(chosen, colour(1)) == 0


def test_colours_of_neighbours_are_far_apart() -> None:
    for index in range(30):
        assert np.abs(np.subtract(colour(index), colour(index + 1))).max() > 60


def test_a_point_and_a_caption_that_is_too_long_are_drawn() -> None:
    point = np.array([[3, 3]], np.float32)
    image = sheet([Sample([point], "永" * 99)], cell_px=180)
    assert drawn(image, colour(0)) > 10
    assert image.getpixel((0, 179 + CAPTION_PX)) == PAPER


def test_samples_of_ink_are_of_the_character_and_no_more_than_asked(tmp_path: Path) -> None:
    path = tmp_path / "ink.jsonl"
    ink = Ink.from_wire({"strokes": [[[0, 0], [1, 1]]], "writer": "ann"})
    write_inks(path, (replace(ink, char=character) for character in "一二一一"))
    chosen = samples(str(path), "一二", most=2)
    assert [sample.caption for sample in chosen] == [
        "一  ann  1 stroke",
        "一  ann  1 stroke",
        "二  ann  1 stroke",
    ]
    with pytest.raises(DataError, match="has no '三'"):
        samples(str(path), "三", most=2)
    for most in (0, 9999):
        with pytest.raises(DataError, match="1 to 100"):
            samples(str(path), "一", most=most)


def test_examples_are_pairs_whose_strokes_keep_their_colours() -> None:
    strokes = [ReferenceStroke(points / 10) for points in CROSS]
    ja = {c: Reference(c, tuple(strokes)) for c in "十土"}
    zh = {c: Reference(c, tuple(strokes[::-1])) for c in "十土"}
    comparisons = list(compare(ja, zh, characters="十土"))
    pairs = examples(comparisons, (ja, zh), ("ja", "zh"))
    assert [sample.caption[:5] for sample in pairs] == ["十  ja", "十  zh", "土  ja", "土  zh"]
    assert pairs[0].colours is None
    assert pairs[1].colours == [1, 0]


def test_an_aligned_ink_has_the_numbers_of_its_reference() -> None:
    points = np.array([[0, 0], [1, 0], [2, 0], [3, 0]], np.float32)
    labels = np.array([2, 2, 0, -1], np.int16)
    sample = ink_sample(Ink((Stroke(points, None, labels, 0.9),), "三"))
    assert sample.numbers == ["3", "1", "?"]
    assert sample.colours == [2, 0, -1]
    assert [len(piece) for piece in sample.strokes] == [3, 2, 1]
    assert sheet([sample]).width > 0
