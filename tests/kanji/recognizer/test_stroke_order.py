"""The LSTM says which stroke is which, whatever is wrong with them."""

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


def strokes(character: str) -> list[np.ndarray]:
    return [s.points for s in load_references("ja")[character].strokes]


def read(character: str, drawn: list[np.ndarray]) -> list[tuple[int, ...]]:
    ink = Ink(tuple(Stroke(points) for points in drawn))
    answer = read_strokes(Recognizer.load(), ink, load_references("ja")[character])
    assert all(0 <= stroke.probability <= 1 for stroke in answer)
    return [stroke.reference for stroke in answer]


@pytest.mark.parametrize("character", CHARACTERS)
def test_every_stroke_is_known_in_any_order_and_direction(character: str) -> None:
    wanted = strokes(character)
    order = np.random.default_rng(1).permutation(len(wanted)).tolist()
    backwards = [wanted[n][:: -1 if n == order[0] else 1] for n in order]
    assert read(character, backwards) == [(n,) for n in order]


@pytest.mark.parametrize("character", CHARACTERS)
def test_joined_missing_and_doubled_strokes_are_known(character: str) -> None:
    wanted = strokes(character)
    joined = [np.concatenate(wanted[1:3]), *wanted[3:]]
    assert read(character, [wanted[0], *joined])[:2] == [(0,), (1, 2)]
    assert read(character, wanted[1:]) == [(n,) for n in range(1, len(wanted))]
    doubled = read(character, [*wanted, wanted[0] + np.float32(0.02)])
    assert doubled == [(n,) for n in [*range(len(wanted)), 0]]


def test_a_sign_that_it_was_never_trained_on_is_read_by_its_reference_alone() -> None:
    assert "々" not in Recognizer.load().labels
    wanted = strokes("々")
    assert read("々", wanted[::-1]) == [(n,) for n in reversed(range(len(wanted)))]


def test_the_command_says_the_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = strokes("二")[::-1]
    lines = [
        {"strokes": [points.tolist() for points in wanted]} | extra
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
