"""The networks of the backbones as they are trained: whole, and with batch norms."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision.models import get_model
from torchvision.models.feature_extraction import create_feature_extractor

from data.suggestions import did_you_mean
from style.backbones.efficientnet_lite import EfficientNetLite0
from style.backbones.layers import FIRE_INDEX, PLAIN, build_modules, readable_names
from style.backbones.registry import facts_of
from style.errors import UnknownBackbone

NETWORK = "network."  # what the names of a network's tensors begin with in a checkpoint
CONVOLUTION, NORM = "convolution", "norm"
# Networks whose auxiliary classifiers are trained too; the others have no such option.
_WITH_AUXILIARY = ("googlenet", "inception_v3")


def trainable_network(name: str, classes: int, *, norms: bool = True) -> nn.Module:
    """A registered network with random weights and a classifier for `classes` classes.

    A network without batch norms (SqueezeNet, VGG, AlexNet) gets one behind each convolution,
    before its ReLU. There it can be folded into the convolution (`folded`); behind the ReLU it
    could not. SqueezeNet's ReLU behind the logits is left out: classes whose logits it made 0 would
    never be learned. Without `norms` none are added: published weights fit it as they are. Raises
    UnknownBackbone.
    """
    facts_of(name)
    if name == "efficientnet_lite0":
        network: nn.Module = EfficientNetLite0()
        network.classifier = nn.Linear(network.classifier.in_features, classes)  # type: ignore[union-attr, arg-type]
    else:
        options = {"init_weights": True} if name in _WITH_AUXILIARY else {}
        network = get_model(name, weights=None, num_classes=classes, **options)
    if name in FIRE_INDEX:
        network.get_submodule("classifier").register_module("2", nn.Identity())
    if norms and not any(
        isinstance(module, nn.modules.batchnorm._NormBase | nn.LayerNorm)
        for module in network.modules()
    ):
        add_norms(network)
    return network.to(memory_format=torch.channels_last)


def trainable_layers(name: str, layers: Sequence[str]) -> nn.Module:
    """A network as `trainable_network` gives it, cut behind the deepest of `layers`.

    It returns their features by name, each (B, C, h, w). Its tensors have the names that they have
    in the whole network. Raises UnknownBackbone for a layer that it does not have.
    """
    modules = module_names(name)
    if unknown := [layer for layer in layers if layer not in modules]:
        raise UnknownBackbone(
            f"{name} has no layer {unknown[0]!r}{did_you_mean(unknown[0], modules)};"
            f" see hitsujun layers {name} --list"
        )
    network = trainable_network(name, 1000)
    nodes = {modules[layer]: layer for layer in layers}
    cut: nn.Module = create_feature_extractor(network, nodes)
    return cut


def module_names(name: str) -> dict[str, str]:
    """The modules of a torchvision network by the readable names of its layers."""
    if name in PLAIN:
        return {layer: f"features.{n}" for n, layer in enumerate(build_modules(PLAIN[name]))}
    modules = (module for module, _ in trainable_network(name, 1000).named_modules() if module)
    return readable_names(name, modules)


def add_norms(network: nn.Module) -> None:
    """Puts a batch norm behind each convolution but that of the classes, in place."""
    convolutions = [n for n, module in network.named_modules() if isinstance(module, nn.Conv2d)]
    for name in convolutions:
        parent, _, own = name.rpartition(".")
        if parent == "classifier":
            continue
        convolution = network.get_submodule(name)
        assert isinstance(convolution, nn.Conv2d)
        nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
        convolution.bias = None  # the batch norm has one
        pair = OrderedDict(
            {CONVOLUTION: convolution, NORM: nn.BatchNorm2d(convolution.out_channels)}
        )
        setattr(network.get_submodule(parent), own, nn.Sequential(pair))


def folded(network: nn.Module) -> nn.Module:
    """A copy in which the batch norms of `add_norms` are part of their convolutions.

    It has the names of torchvision's state dict, and computes in evaluation what the network does.
    """
    copy = deepcopy(network).eval()
    for name, module in list(copy.named_modules()):
        if isinstance(module, nn.Sequential) and [n for n, _ in module.named_children()] == [
            CONVOLUTION,
            NORM,
        ]:
            parent, _, own = name.rpartition(".")
            convolution, norm = module
            assert isinstance(convolution, nn.Conv2d)
            assert isinstance(norm, nn.BatchNorm2d)
            setattr(copy.get_submodule(parent), own, fuse_conv_bn_eval(convolution, norm))
    return copy
