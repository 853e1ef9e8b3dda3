"""The ONNX file computes what the torch network computes."""

import re
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from data.characters import characters
from data.errors import DataError
from data.ink import Ink, Stroke
from data.ink.sequence import FEATURES, STEPS, StrokeSequences
from kanji.errors import RecognizerMissing, UnknownCandidates
from kanji.recognizer.recognize import Recognizer

LABELS = ("一", "二", "三", "十", "口")
BYTES = 0.01  # of a network that is computed in 8 bits, whose steps depend on the inks read with it


@pytest.fixture
def exported(tmp_path: Path) -> tuple[object, Path]:
    from kanji.training.export import onnx_model
    from kanji.training.ink_lstm import InkLSTM

    torch.manual_seed(1)
    network = InkLSTM(len(LABELS), width=8, bottleneck=16)
    for _ in range(20):  # gives the batch normalisations statistics to fold
        network(3 * torch.randn(32, STEPS, len(FEATURES)) + 1)
    torch.nn.init.normal_(network.known.weight)  # otherwise its outputs hardly differ
    network.eval()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    path = tmp_path / "recognizer.onnx"
    path.write_bytes(onnx_model(weights, LABELS, configuration="test").SerializeToString())
    return network, path


def test_onnx_equals_torch(exported: tuple[object, Path]) -> None:
    network, path = exported
    batch = np.random.default_rng(1).normal(size=(3, STEPS, len(FEATURES))).astype(np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(batch))  # type: ignore[operator]
    actual = Recognizer.load(path).run(StrokeSequences(batch, np.zeros((3, STEPS), np.int64)))
    for name, output in expected._asdict().items():
        assert output.std() > 0.02, name
        # Weights are stored in 8 bits and in half precision; most is computed in 8 bits.
        atol = 0.03 * float(output.abs().max())
        np.testing.assert_allclose(getattr(actual, name), output.numpy(), atol=atol, err_msg=name)


def test_candidates_are_ranked_and_sum_to_one(exported: tuple[object, Path]) -> None:
    ink = Ink((Stroke(np.array([[0, 0], [9, 1]], np.float32)),))
    answer = Recognizer.load(exported[1]).recognize(ink)
    probabilities = [candidate.probability for candidate in answer.candidates]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) + answer.none == pytest.approx(1)
    only = Recognizer.load(exported[1]).recognize(ink, candidates={"口"})
    assert [candidate.character for candidate in only.candidates] == ["口"]
    assert only.best.probability + only.outside + only.none == pytest.approx(1)
    assert only.outside > 0 and answer.outside == 0
    for unknown in ({"口", "鬱"}, {"鬱"}, set[str]()):
        with pytest.raises(UnknownCandidates, match=r"does not know 1 of .*鬱|no candidates"):
            Recognizer.load(exported[1]).recognize(ink, candidates=unknown)


def test_probabilities_are_the_mean_over_several_inks(exported: tuple[object, Path]) -> None:
    recognizer = Recognizer.load(exported[1])
    inks = [Ink((Stroke(np.array([[0, 0], [9, y]], np.float32)),)) for y in (1, 9)]
    alone = [recognizer.recognize(ink, candidates={"口"}) for ink in inks]
    both = recognizer.recognize(*inks, candidates={"口"})
    assert alone[0].none != alone[1].none
    assert both.none == pytest.approx((alone[0].none + alone[1].none) / 2, rel=BYTES)
    assert both.outside == pytest.approx((alone[0].outside + alone[1].outside) / 2, rel=BYTES)
    assert both.best.probability + both.none + both.outside == pytest.approx(1)


@pytest.mark.parametrize(("key", "value"), [("label_hash", "0"), ("preprocessing", "0")])
def test_a_file_with_other_labels_or_preprocessing_is_refused(
    exported: tuple[object, Path], tmp_path: Path, key: str, value: str
) -> None:
    model = onnx.load(exported[1])
    metadata = {prop.key: prop.value for prop in model.metadata_props} | {key: value}
    onnx.helper.set_model_props(model, metadata)
    path = tmp_path / "other.onnx"
    onnx.save(model, path)
    with pytest.raises(RecognizerMissing):
        Recognizer.load(path)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RecognizerMissing, match="train one"):
        Recognizer.load(tmp_path / "none.onnx")


def test_checkpoints_are_averaged_and_calibrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kanji.training import export
    from kanji.training.recognizer_module import RecognizerModule

    monkeypatch.setattr(export, "CALIBRATION_INKS", 200)
    states = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        module = RecognizerModule("kana", width=8, bottleneck=16)
        states.append(module.state_dict())
        checkpoint = {"state_dict": module.state_dict(), "hyper_parameters": {"candidates": "kana"}}
        torch.save(checkpoint, tmp_path / f"{seed}.ckpt")
    output = tmp_path / "kana.onnx"
    export.main([str(tmp_path / "1.ckpt"), str(tmp_path / "2.ckpt"), "-o", str(output)])
    stored = {
        one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(output).graph.initializer
    }
    mean = (states[0]["model.here.weight"] + states[1]["model.here.weight"]).numpy() / 2
    actual = stored["here.weight_rows"] * stored["here.weight_scale"][:, None]
    np.testing.assert_allclose(actual, mean, atol=np.abs(mean).max() / 100)
    assert Recognizer.load(output).labels == characters("kana")
    again = tmp_path / "again.onnx"
    export.main([str(output), "-o", str(again)])
    assert again.read_bytes() == output.read_bytes()


def test_a_byte_that_is_computed_with_has_room_on_every_processor(
    exported: tuple[object, Path],
) -> None:
    """Without VNNI two products of an unsigned and a signed byte are added in 16 bits."""
    stored = onnx.load(exported[1]).graph.initializer
    computed = [onnx.numpy_helper.to_array(one) for one in stored if "_columns" in one.name]
    assert len(computed) == 5 and max(np.abs(one.astype(int)).max() for one in computed) == 63


def checkpoint_of(path: Path, **more: object) -> Path:
    """A checkpoint of a small network for the labels of `more`."""
    from kanji.training.recognizer_module import RecognizerModule

    module = RecognizerModule("kana", width=8, bottleneck=16, rank=4)
    checkpoint: dict[str, object] = {"state_dict": module.state_dict()}
    module.on_save_checkpoint(checkpoint)
    torch.save(checkpoint | more, path)
    return path


def test_characters_references_and_configuration_are_those_of_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kanji.training import export
    from kanji.training.trained_recognizer import TrainedRecognizer

    monkeypatch.setattr(export, "CALIBRATION_INKS", 200)
    data = {"candidates": "gb2312-1", "references": ["zh", "ja"]}
    path = checkpoint_of(
        tmp_path / "a.ckpt", configuration_hash="abc", datamodule_hyper_parameters=data
    )
    assert TrainedRecognizer.mean([path]).references == ("zh", "ja")
    path = checkpoint_of(tmp_path / "b.ckpt", configuration_hash="abc")
    export.main([str(path), "-o", str(tmp_path / "b.onnx")])
    model = onnx.load(tmp_path / "b.onnx")
    assert {"labels": "".join(characters("kana")), "configuration_hash": "abc"}.items() <= {
        one.key: one.value for one in model.metadata_props
    }.items()


def test_what_is_no_checkpoint_of_a_recognizer_is_named(tmp_path: Path) -> None:
    from kanji.training.glyph_cnn_module import GlyphModule
    from kanji.training.trained_recognizer import TrainedRecognizer

    torch.save({"state_dict": GlyphModule("kana").state_dict()}, tmp_path / "image.ckpt")
    with pytest.raises(RecognizerMissing, match="not the checkpoint of a RecognizerModule"):
        TrainedRecognizer.mean([tmp_path / "image.ckpt"])
    (tmp_path / "text.ckpt").write_text("no checkpoint")
    with pytest.raises(RecognizerMissing, match="is no checkpoint"):
        TrainedRecognizer.mean([tmp_path / "text.ckpt"])
    one = checkpoint_of(tmp_path / "one.ckpt")
    other = checkpoint_of(tmp_path / "other.ckpt", labels="".join(reversed(characters("kana"))))
    with pytest.raises(RecognizerMissing, match="different networks"):
        TrainedRecognizer.mean([one, other])


def test_a_checkpoint_is_not_replaced_by_what_is_made_of_it(tmp_path: Path) -> None:
    from kanji.training.export import main

    checkpoint, link = tmp_path / "last.ckpt", tmp_path / "link.onnx"
    checkpoint.write_bytes(b"trained")
    link.symlink_to(checkpoint)
    with pytest.raises(DataError, match=r"--output .* would overwrite CHECKPOINT"):
        main([str(checkpoint), "-o", str(link)])
    assert checkpoint.read_bytes() == b"trained"


@pytest.mark.parametrize("name", ["last.ckpt", "last.onnx"])
def test_what_is_no_recognizer_is_named(tmp_path: Path, name: str) -> None:
    from kanji.training.export import main

    (tmp_path / name).write_bytes(b"junk")
    with pytest.raises(RecognizerMissing, match=rf"{re.escape(name)} is no"):
        main([str(tmp_path / name), "-o", str(tmp_path / "out.onnx")])
    with pytest.raises(DataError, match=r"its suffix must be \.onnx"):
        main([str(tmp_path / name), "-o", str(tmp_path / "out.png")])
    assert [one.name for one in tmp_path.iterdir()] == [name]
