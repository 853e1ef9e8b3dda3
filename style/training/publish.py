"""A trained backbone as files for others: `hitsujun publish CHECKPOINT -o DIR`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from data.cache import replacing
from data.errors import DataError
from data.model_card import CARD, stated_sha256
from data.overwriting import check_no_overwrite
from style.backbones.backbone import Backbone
from style.backbones.networks import network_of
from style.backbones.registry import BACKBONES, facts_of
from style.backbones.weights.converters import Tensors
from style.backbones.weights.fitting import load_tensors
from style.backbones.weights.names import named_for
from style.backbones.weights.published import BACKBONE, CLASSES
from style.errors import WeightsMissing
from style.training.backbone_onnx import write_onnx
from style.training.card import card
from style.training.checkpoint import read_checkpoint
from style.training.trainable import CONVOLUTION, NETWORK, NORM, folded, trainable_network


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint of `lightning fit` says of a backbone's network.

    `norms`: whether batch norms were added to it. `tensors`: of the network, by their names in
    training.
    """

    backbone: str
    classes: int
    norms: bool
    tensors: Tensors
    stored: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """Raises WeightsMissing where the file is no checkpoint of such a training."""
        try:
            found = read_checkpoint(path, prefix=NETWORK)
            if not found.tensors:
                raise KeyError(NETWORK)
            settings = found.settings
            name = settings["backbone"]
            classes, norms = settings.get("classes", 1000), settings.get("norms", True)
            if (
                name not in BACKBONES
                or type(classes) is not int
                or classes < 1
                or norms not in (0, 1)
            ):
                raise ValueError(f"backbone {name!r}, {classes!r} classes, norms {norms!r}")
            return cls(name, classes, norms, found.tensors, found.stored)
        except (OSError, DataError):
            raise
        except Exception as error:  # what torch.load raises for any other file
            raise WeightsMissing(
                f"{path} is no checkpoint of a backbone; give one that `lightning fit` wrote with"
                " style/configs/squeezenet_imagenet.yaml or squeezenet_distilled.yaml"
            ) from error


def publish(path: Path, folder: Path, *, licence: str, data: str) -> list[Path]:
    """Writes NAME.safetensors, NAME.onnx and a model card of a checkpoint into a folder.

    Batch norms that the training added are folded into their convolutions. A classifier is
    published where it has ImageNet's 1,000 classes. `licence`: of the weights; `data`: what they
    were trained on. Returns the paths. Raises WeightsMissing where the file is no checkpoint of a
    backbone, or ends before the layers that style transfer needs, or where the folder has such
    files that this did not write; DataError where the checkpoint would be overwritten.
    """
    checkpoint = Checkpoint.read(path)
    name = checkpoint.backbone
    weights, graph = folder / f"{name}.safetensors", folder / f"{name}.onnx"
    check_no_overwrite({"--output": [weights, graph, folder / CARD]}, {"CHECKPOINT": path})
    _check_card(weights)
    tensors = published_tensors(checkpoint)
    backbone = Backbone(name)
    try:
        backbone.without_weights = load_tensors(backbone.network, tensors, facts_of(name))
    except WeightsMissing as error:
        raise WeightsMissing(
            f"{path} has not all weights of {name} that style transfer needs: {error}"
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    names = json.dumps(checkpoint.stored.get("class_names", []), ensure_ascii=False)
    with replacing(weights) as temporary:
        temporary.write_bytes(save(tensors, metadata={BACKBONE: name, CLASSES: names}))
    with replacing(graph) as temporary:
        outputs = write_onnx(backbone, temporary)
    files = {file.name: _stated(file) for file in (weights, graph)}
    text = card(checkpoint.stored, files, outputs, licence=licence, data=data)
    with replacing(folder / CARD) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return [weights, graph, folder / CARD]


def _check_card(weights: Path) -> None:
    """Raises WeightsMissing where the folder has such files that `publish` did not write."""
    card_path = weights.with_name(CARD)
    if stated_sha256(weights) is not None:
        return
    if card_path.exists():
        raise WeightsMissing(
            f"{card_path} is not the model card of {weights.name}, and would be overwritten; give"
            " another folder"
        )
    for path in (weights, weights.with_suffix(".onnx")):
        if path.exists():
            raise WeightsMissing(
                f"{path} has no model card beside it, and would be overwritten; give another folder"
            )


def published_tensors(checkpoint: Checkpoint) -> Tensors:
    """The tensors by the names of the backbone, float32, without batch norms that were added."""
    name = checkpoint.backbone
    network = trainable_network(name, checkpoint.classes, norms=checkpoint.norms)
    result = network.load_state_dict(checkpoint.tensors, strict=False)
    untrained = {_own_name(key) for key in result.missing_keys}
    expected = network_of(name).state_dict()
    trained = {
        key: tensor
        for key, tensor in folded(network).state_dict().items()
        if _module(key) not in untrained
    }
    return {
        key: tensor.detach().contiguous().clone(memory_format=torch.contiguous_format)
        for key, tensor in named_for(trained, name, expected).items()
        if key in expected and tensor.shape == expected[key].shape
    }


def _own_name(key: str) -> str:
    """The module of a tensor, without the parts that `add_norms` put into it."""
    return _module(key).removesuffix(f".{CONVOLUTION}").removesuffix(f".{NORM}")


def _module(key: str) -> str:
    return key.rpartition(".")[0]


def _stated(path: Path) -> tuple[int, str]:
    content = path.read_bytes()
    return len(content), hashlib.sha256(content).hexdigest()
