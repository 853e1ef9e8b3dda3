"""A training goes on from a checkpoint or an exported file, also with other characters."""

from pathlib import Path

import numpy as np
import pytest
import torch

from data.characters import characters
from data.references.store import load_references
from data.training.ink_batches import drawn_references
from kanji.errors import RecognizerMissing
from kanji.training.export import onnx_model
from kanji.training.ink_lstm import InkLSTM
from kanji.training.recognizer_module import RecognizerModule

KANA = characters("kana")


def references() -> torch.Tensor:
    return torch.from_numpy(drawn_references(KANA[:100], load_references()).features)


@pytest.fixture(scope="module")
def network() -> InkLSTM:
    """A network that has seen the references, so that its batch normalisations have statistics."""
    torch.manual_seed(1)
    network = InkLSTM(len(KANA), width=8, bottleneck=16)
    for _ in range(20):
        network(references())
    return network.eval()


@pytest.fixture(scope="module")
def exported(network: InkLSTM, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "kana.onnx"
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    path.write_bytes(onnx_model(weights, KANA, configuration="").SerializeToString())
    return path


def test_an_exported_network_goes_on_as_it_was(network: InkLSTM, exported: Path) -> None:
    module = RecognizerModule("kana", width=8, bottleneck=16, start_from=exported).eval()
    with torch.no_grad():
        before, after = network(references()), module.model(references())
    for name, expected, actual in zip(before._fields, before, after, strict=True):
        # Weights are stored in 8 bits and in half precision.
        atol = 0.03 * float(expected.abs().max())
        np.testing.assert_allclose(actual, expected, atol=atol, err_msg=name)
    module.train()
    module.model.dropout.eval()
    with torch.no_grad():  # the norms now normalise the batch itself, which is nearly the same
        trained = module.model(references())
    difference = (trained.logits - before.logits).abs().mean() / before.logits.std()
    assert difference < 0.1


def test_characters_that_both_know_keep_their_rows(network: InkLSTM, exported: Path) -> None:
    more = RecognizerModule("marks+kana", width=8, bottleneck=16, start_from=exported)
    marks = len(characters("marks"))
    torch.testing.assert_close(
        more.model.head.weight[marks:], network.head.weight, atol=0.01, rtol=0
    )
    new, bias = more.model.head.weight[:marks], more.model.head.bias
    assert 0 < new.abs().max() < 0.1
    assert (bias[:marks] == bias[marks:].min()).all()


def test_a_head_of_low_rank_is_the_best_one_of_that_rank(network: InkLSTM, exported: Path) -> None:
    low = RecognizerModule("kana", width=8, bottleneck=16, rank=6, start_from=exported)
    product = (low.model.head.weight @ low.model.narrow.weight).detach().numpy()
    assert np.linalg.matrix_rank(product) == 6
    left, sizes, right = np.linalg.svd(network.head.weight.detach().numpy(), full_matrices=False)
    best = (left[:, :6] * sizes[:6]) @ right[:6]
    np.testing.assert_allclose(product, best, atol=0.02)


def test_a_file_of_another_network_is_refused(exported: Path) -> None:
    with pytest.raises(RecognizerMissing, match="of another network than the one to train"):
        RecognizerModule("kana", width=16, bottleneck=16, start_from=exported)


def test_a_checkpoint_says_its_labels(tmp_path: Path) -> None:
    checkpoint: dict[str, object] = {}
    module = RecognizerModule("kana", width=8, bottleneck=16)
    module.on_save_checkpoint(checkpoint)
    torch.save(checkpoint | {"state_dict": module.state_dict()}, tmp_path / "kana.ckpt")
    assert checkpoint["labels"] == "".join(KANA)
    more = RecognizerModule("kana+marks", width=8, bottleneck=16, start_from=tmp_path / "kana.ckpt")
    torch.testing.assert_close(more.model.head.weight[: len(KANA)], module.model.head.weight)
