"""Caffe's files, written here field by field, and the compressed SqueezeNet of Han et al."""

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from service.cli import main
from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.weights.caffe import read_caffemodel, read_net
from style.backbones.weights.converters import VGG_MEAN
from style.backbones.weights.importing import import_weights
from style.errors import WeightsMissing

NET = Path(__file__).parents[5] / "shared" / "weights" / "compressed_SqueezeNet.net"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def blob(values: np.ndarray, *, old: bool = False) -> bytes:
    """A BlobProto; `old`: with the shape in four fields, as before 2014."""
    data = field(5, values.astype("<f4").tobytes())
    if old:
        shape = (1,) * (4 - values.ndim) + values.shape
        return data + b"".join(varint(n << 3) + varint(size) for n, size in enumerate(shape, 1))
    return data + field(7, field(1, b"".join(varint(size) for size in values.shape)))


def caffemodel(layers: dict[str, tuple[np.ndarray, ...]], *, old: bool = False) -> bytes:
    layer, name, blobs = (2, 4, 6) if old else (100, 1, 7)
    return field(1, b"net") + b"".join(
        field(
            layer,
            field(name, key.encode()) + b"".join(field(blobs, blob(v, old=old)) for v in values),
        )
        for key, values in layers.items()
    )


def vgg16() -> dict[str, tuple[np.ndarray, ...]]:
    """Random weights by Caffe's layer names."""
    torch.manual_seed(1)
    state = Backbone("vgg16").network.state_dict()
    names = [key.removesuffix(".weight") for key in state if key.endswith(".weight")]
    return {n: (state[f"{n}.weight"].numpy(), state[f"{n}.bias"].numpy()) for n in names}


@pytest.mark.parametrize("old", [False, True])
def test_the_layers_of_a_caffemodel_are_read(old: bool) -> None:
    weight, bias = np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2), np.array([1.0, 2.0])
    layers = read_caffemodel(caffemodel({"conv1_1": (weight, bias), "data": ()}, old=old))
    assert list(layers) == ["conv1_1"]
    np.testing.assert_array_equal(layers["conv1_1"][0], weight)
    np.testing.assert_array_equal(np.ravel(layers["conv1_1"][1]), bias)


def test_an_imported_caffemodel_gives_what_caffe_would(tmp_path: Path) -> None:
    layers = vgg16() | {"fc6": (np.zeros((2, 2), np.float32), np.zeros(2, np.float32))}
    path = tmp_path / "vgg.caffemodel"
    path.write_bytes(caffemodel(layers))
    assert main(["weights", "import", str(path), "--backbone", "vgg16"]) == 0
    picture = torch.rand(1, 3, 32, 32)
    bgr = picture.flip(1) * 255 - torch.tensor(VGG_MEAN[::-1]).view(1, 3, 1, 1)
    weight, bias = (torch.from_numpy(v) for v in layers["conv1_1"])
    expected = torch.nn.functional.conv2d(bgr, weight, bias)  # without the padded border
    features = Backbone.load("vgg16")(picture, ["conv1_1"])["conv1_1"][..., 1:-1, 1:-1]
    torch.testing.assert_close(features, expected, rtol=1e-3, atol=1e-2)


def test_a_missing_tensor_is_named_and_nothing_is_imported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layers = vgg16()
    del layers["conv3_2"]
    path = tmp_path / "vgg.caffemodel"
    path.write_bytes(caffemodel(layers))
    assert main(["weights", "import", str(path), "--backbone", "vgg16"]) == 2
    assert "conv3_2.weight" in capsys.readouterr().err
    assert not list((tmp_path / "cache").rglob("*.safetensors"))


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"nonsense" * 20, caffemodel({})])
def test_other_content_than_a_caffemodel_is_refused(content: bytes) -> None:
    with pytest.raises(WeightsMissing, match=r"not a \.caffemodel"):
        read_caffemodel(content)


def test_a_truncated_compressed_squeezenet_is_refused() -> None:
    for content in (b"", struct.pack("<26I", *[9] * 26), bytes(2000)):
        with pytest.raises(WeightsMissing, match="not a compressed SqueezeNet"):
            read_net(content)


@pytest.mark.skipif(not NET.exists(), reason="needs the weights of ../shared/weights")
def test_the_compressed_squeezenet_recognises_a_cat(tmp_path: Path) -> None:
    skimage_data = pytest.importorskip("skimage.data", reason="needs the pictures of scikit-image")
    import_weights(NET, facts_of("squeezenet1_0"))
    picture = torch.from_numpy(skimage_data.chelsea().copy()).permute(2, 0, 1)[None] / 255
    picture = torch.nn.functional.interpolate(picture[..., :300, 80:380], size=227)
    with torch.no_grad():
        backbone = Backbone.load("squeezenet1_0")
        logits = backbone.network.model((picture - backbone.mean) / backbone.std)
    assert int(logits.argmax()) in range(281, 286)  # ImageNet's cats
