"""A trained network is published, imported, and paints: from a checkpoint to a picture."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from data.errors import DataError
from data.model_card import stated_sha256
from kanji.lightning_command import main as lightning
from service.cli import main
from style.backbones.backbone import Backbone
from style.errors import WeightsMissing
from style.training.publish import publish
from style.training.trainable import folded, trainable_network
from tests.style.training.tiny_photos import options, photo_folder

NAME = "squeezenet1_1"
TEXTS = {"licence": "CC0-1.0", "data": "random pixels"}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two steps on random pixels."""
    folder = tmp_path_factory.mktemp("trained")
    arguments = options("squeezenet_tiny.yaml", photo_folder(folder / "photos"), folder / "runs")
    with pytest.warns():  # Lightning's own
        lightning(["fit", *arguments, "--model.init_args.classes=2", "--data.init_args.classes=2"])
    return folder / "runs" / "last.ckpt"


@pytest.fixture
def published(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "published"
    texts = [f"--{name}={text}" for name, text in TEXTS.items()]
    assert main(["publish", str(checkpoint), "-o", str(folder), *texts]) == 0
    return folder


@pytest.fixture
def address(published: Path) -> Iterator[str]:
    """Of the published folder, on a web server of this machine."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(published))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / f"{NAME}.safetensors").read_bytes()).hexdigest()


def test_the_card_states_files_data_licence_and_figures(published: Path) -> None:
    for file in (f"{NAME}.safetensors", f"{NAME}.onnx"):
        path = published / file
        assert stated_sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    card = (published / "README.md").read_text()
    assert all(text in card for text in TEXTS.values())
    assert "to tell 2 classes (n00, n01 ...)" in card and "| val_top1 | " in card
    assert "/photos" not in card  # no path of this machine


@pytest.mark.parametrize("kind", ["file", "folder", "url"])
def test_a_published_network_paints_as_it_was_trained(
    kind: str, published: Path, address: str, checkpoint: Path, tmp_path: Path
) -> None:
    source = {
        "file": [str(published / f"{NAME}.safetensors")],
        "folder": [str(published)],
        "url": [f"{address}/{NAME}.safetensors", f"--sha256={digest(published)}"],
    }[kind]
    assert main(["weights", "import", *source]) == 0
    features = Backbone.load(NAME)(torch.ones(1, 3, 64, 64) / 2, ["fire9/concat"])
    trained = _trained(checkpoint)
    with torch.no_grad():
        picture = (torch.ones(1, 3, 64, 64) / 2 - trained.mean) / trained.std
        expected = folded(trained.network).get_submodule("features")(picture)
    tolerance = 1e-4 * float(expected.abs().max())
    torch.testing.assert_close(features["fire9/concat"], expected, rtol=1e-3, atol=tolerance)
    photo, painted = tmp_path / "photo.png", tmp_path / "painted.png"
    Image.effect_noise((64, 64), 60).convert("RGB").save(photo)
    arguments = [str(photo), str(photo), "-o", str(painted), "--backbone", NAME, "--steps", "2"]
    assert main(["stylize", *arguments, "--size", "64"]) == 0
    with Image.open(painted) as image:
        assert image.size == (64, 64)


def test_the_onnx_model_has_the_features_of_the_backbone(published: Path) -> None:
    assert main(["weights", "import", str(published)]) == 0
    session = onnxruntime.InferenceSession(str(published / f"{NAME}.onnx"))
    names = [output.name for output in session.get_outputs()]
    picture = np.random.default_rng(1).random((1, 3, 80, 96), np.float32)
    expected = Backbone.load(NAME)(torch.from_numpy(picture), names)
    assert set(names) == {*Backbone(NAME).facts.style, *Backbone(NAME).facts.content}
    for name, output in zip(names, session.run(names, {"picture": picture}), strict=True):
        tolerance = 1e-4 * float(expected[name].abs().max())
        np.testing.assert_allclose(output, expected[name], rtol=1e-3, atol=tolerance)


def test_a_classifier_of_other_classes_is_left_out(published: Path) -> None:
    with safe_open(published / f"{NAME}.safetensors", framework="pt") as file:
        names = list(file.keys())
        assert file.metadata() == {"backbone": NAME, "classes": '["n00", "n01"]'}
    assert names and not any(name.startswith("classifier") for name in names)


def test_a_readme_of_ones_own_is_left_and_a_card_is_replaced(
    checkpoint: Path, published: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "README.md").write_bytes(mine := b"mine, \xe9")  # not UTF-8
    with pytest.raises(WeightsMissing, match=r"README\.md is not the model card of .*another"):
        publish(checkpoint, own, **TEXTS)
    assert [path.read_bytes() for path in own.iterdir()] == [mine]
    publish(checkpoint, published, licence="MIT", data="random pixels")
    assert "MIT" in (published / "README.md").read_text()


def test_a_checkpoint_is_not_replaced_by_what_is_made_of_it(
    checkpoint: Path, tmp_path: Path
) -> None:
    copy = tmp_path / f"{NAME}.onnx"
    copy.write_bytes(before := checkpoint.read_bytes())
    with pytest.raises(DataError, match=r"--output .* would overwrite CHECKPOINT"):
        publish(copy, tmp_path, **TEXTS)
    assert copy.read_bytes() == before


def test_weights_of_ones_own_are_left(checkpoint: Path, tmp_path: Path) -> None:
    for name in (f"{NAME}.safetensors", f"{NAME}.onnx"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_bytes(b"mine")
        with pytest.raises(WeightsMissing, match="has no model card beside it"):
            publish(checkpoint, folder, **TEXTS)
        assert [one.read_bytes() for one in folder.iterdir()] == [b"mine"]


@pytest.mark.parametrize("kept", ["nothing", "the first layers", "another network's"])
@pytest.mark.parametrize("name", ["vgg16", "alexnet", "squeezenet1_1"])
def test_what_was_not_trained_is_not_published(tmp_path: Path, name: str, kept: str) -> None:
    tensors = trainable_network(name, 2, norms=False).state_dict()
    chosen = {
        "nothing": {},
        "the first layers": {f"network.{key}": tensors[key] for key in list(tensors)[:4]},
        "another network's": {f"model.{key}": tensor for key, tensor in tensors.items()},
    }[kept]
    settings = {"backbone": name, "classes": 2, "norms": False}
    torch.save({"state_dict": chosen, "hyper_parameters": settings}, tmp_path / "last.ckpt")
    with pytest.raises(WeightsMissing, match=r"last\.ckpt (is no checkpoint|has not all weights)"):
        publish(tmp_path / "last.ckpt", tmp_path / "out", **TEXTS)
    assert not (tmp_path / "out").exists()


def test_what_is_no_checkpoint_of_a_backbone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.ckpt"
    for content in (b"nothing", None):
        if content is None:
            torch.save({"state_dict": {}, "hyper_parameters": {"styles": {}}}, path)
        else:
            path.write_bytes(content)
        with pytest.raises(WeightsMissing, match=r"other\.ckpt is no checkpoint of a backbone"):
            publish(path, tmp_path / "out", licence="", data="")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "setting", [{"classes": -5}, {"backbone": ["vgg16"]}, {"backbone": "xx"}, {"norms": "yes"}]
)
def test_a_checkpoint_with_impossible_settings_is_refused(
    checkpoint: Path, tmp_path: Path, setting: dict[str, object]
) -> None:
    stored = torch.load(checkpoint, weights_only=True)
    stored["hyper_parameters"] |= setting
    torch.save(stored, tmp_path / "last.ckpt")
    with pytest.raises(WeightsMissing, match=r"last\.ckpt is no checkpoint of a backbone"):
        publish(tmp_path / "last.ckpt", tmp_path / "out", **TEXTS)
    assert not (tmp_path / "out").exists()


def _trained(checkpoint: Path):  # type: ignore[no-untyped-def]
    from style.training.classifier_module import ClassifierModule

    module = ClassifierModule(NAME, classes=2)
    module.load_state_dict(torch.load(checkpoint, weights_only=True)["state_dict"])
    return module.eval()
