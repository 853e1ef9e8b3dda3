"""The LSTM tells which stroke is which, whatever the mistakes."""

import json
from pathlib import Path

import numpy as np
import pytest

from data.ink import Ink, Stroke
from data.references.store import load_references
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.stroke_order import read_strokes
from service.cli import main as hitsujun

CHARACTERS = "永海漢議書駅"
SHUFFLES = 8  # of the strokes of a character


def strokes(character: str) -> list[np.ndarray]:
    return [s.points for s in load_references("ja")[character].strokes]


def read(character: str, drawn: list[np.ndarray]) -> list[tuple[int, ...]]:
    ink = Ink(tuple(Stroke(points) for points in drawn))
    answer = read_strokes(Recognizer.load(), ink, load_references("ja")[character])
    assert all(0 <= stroke.probability <= 1 for stroke in answer)
    return [stroke.reference for stroke in answer]


@pytest.mark.parametrize("character", CHARACTERS)
def test_nearly_every_stroke_is_recognized_in_any_order_and_direction(character: str) -> None:
    canonical, right = strokes(character), list[bool]()
    generator = np.random.default_rng(1)
    for _ in range(SHUFFLES):
        order = generator.permutation(len(canonical)).tolist()
        drawn = [canonical[n][:: -1 if n == order[0] else 1] for n in order]
        found = read(character, drawn)
        right += [one == (n,) for one, n in zip(found, order, strict=True)]
    assert np.mean(right) >= 0.9


@pytest.mark.parametrize("character", CHARACTERS)
def test_joined_missing_and_doubled_strokes_are_recognized(character: str) -> None:
    canonical = strokes(character)
    joined = [np.concatenate(canonical[1:3]), *canonical[3:]]
    assert read(character, [canonical[0], *joined])[:2] == [(0,), (1, 2)]
    assert read(character, canonical[1:]) == [(n,) for n in range(1, len(canonical))]
    doubled = read(character, [*canonical, canonical[0] + np.float32(0.02)])
    assert doubled == [(n,) for n in [*range(len(canonical)), 0]]


def test_strokes_of_a_character_outside_the_training_are_recognized_by_its_reference() -> None:
    assert "A" not in Recognizer.load().labels
    canonical = strokes("A")
    assert read("A", canonical[::-1]) == [(n,) for n in reversed(range(len(canonical)))]


def test_the_command_prints_the_stroke_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    canonical = strokes("二")[::-1]
    lines = [
        {"strokes": [points.tolist() for points in canonical]} | extra
        for extra in ({}, {"char": "二"})
    ]
    path = tmp_path / "ink.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    assert hitsujun(["recognize", str(path), "--order"]) == 0
    for line in capsys.readouterr().out.splitlines():
        answer = json.loads(line)
        assert answer["order"]["character"] == "二"
        assert [stroke["reference"] for stroke in answer["order"]["strokes"]] == [1, 0]
        assert 0 <= answer["none"] <= 1
