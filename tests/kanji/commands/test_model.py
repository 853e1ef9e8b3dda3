"""A recognizer of one's own in `hitsujun recognize` and `grade`: `--model FILE`."""

import json
from pathlib import Path

import pytest
import torch

from data.characters import characters
from data.ink.jsonl import write_jsonl
from data.references.store import load_references
from kanji.training.export import onnx_model
from kanji.training.ink_lstm import InkLSTM
from service.cli import main


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned nothing and knows kana alone."""
    torch.manual_seed(1)
    labels = characters("kana")
    network = InkLSTM(len(labels), width=8, bottleneck=16, rank=4).eval()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    path = tmp_path_factory.mktemp("model") / "kana.onnx"
    path.write_bytes(onnx_model(weights, labels, configuration="").SerializeToString())
    return path


@pytest.fixture
def ink(tmp_path: Path) -> Path:
    path = tmp_path / "ink.jsonl"
    write_jsonl(path, [load_references()["ロ"].drawn()])
    return path


def test_a_network_of_kana_alone_reads_kana(
    model: Path, ink: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recognize", str(ink), "--model", str(model), "--top", "3"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {one["character"] for one in answer["candidates"]} < set(characters("kana"))
    assert answer["outside"] == 0


def test_candidates_that_a_model_does_not_know_are_named(
    model: Path, ink: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", str(model), "--candidates", "口"]
    assert main(["recognize", str(ink), *options]) != 0
    assert "does not know 1 of the 1 candidates: 口" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["recognize", "grade"])
def test_a_model_that_is_not_there_is_an_error(
    command: str, ink: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(ink), "--model", "none.onnx"]) != 0
    assert "none.onnx: there is no such file" in capsys.readouterr().err
