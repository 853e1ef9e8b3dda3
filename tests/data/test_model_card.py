import hashlib
from pathlib import Path

import pytest

from data.model_card import contradicts_card, stated_sha256
from kanji.errors import RecognizerMissing
from kanji.recognizer.recognize import SHIPPED, Recognizer
from style.errors import WeightsMissing
from style.fast.network import OUTER, TRUNK, WEIGHTS, FastStyle

FILES = [SHIPPED, WEIGHTS / TRUNK, WEIGHTS / OUTER]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_shipped_model_has_its_sha256_in_a_card(path: Path) -> None:
    assert stated_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_without_a_card_is_loaded_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(b"x")
    assert not contradicts_card(tmp_path / "own.onnx")


def test_a_shipped_model_that_was_changed_is_not_loaded(tmp_path: Path) -> None:
    for path in FILES:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        (tmp_path / path.name).write_bytes(content)
    cards = [path.with_name("README.md").read_text("utf-8") for path in (SHIPPED, WEIGHTS / TRUNK)]
    (tmp_path / "README.md").write_text("\n".join(cards), "utf-8")
    with pytest.raises(RecognizerMissing, match="is not the file of its model card"):
        Recognizer.load(tmp_path / SHIPPED.name)
    with pytest.raises(WeightsMissing, match="is not the file of its model card"):
        FastStyle(tmp_path)
