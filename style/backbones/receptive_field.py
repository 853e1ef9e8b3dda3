"""The receptive field: which pixels of a picture decide one position of a layer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from torch import fx, nn
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.backbones.networks import PlainNetwork, TracedNetwork
from style.backbones.registry import unsmoothed
from style.backbones.variants import ScaledPool2d
from style.errors import ConfigError

# Parts of the names of operations whose output depends on the whole picture.
_GLOBAL = ("adaptive", "flatten", "mean", "view", "reshape", "interpolate", "matmul", "linear")


@dataclass(frozen=True)
class ReceptiveField:
    """The receptive field of one position of a layer.

    `radius_px`: how far it extends to each side, in pixels of the picture. `stride`: pixels of the
    picture from one position to the next.
    """

    radius_px: int = 0
    stride: int = 1

    def after(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> ReceptiveField:
        """The receptive field of a convolution or pooling on top of this layer."""
        farthest = max(padding, dilation * (kernel - 1) - padding)
        return ReceptiveField(self.radius_px + farthest * self.stride, self.stride * stride)


def receptive_fields(backbone: Backbone, names: Collection[str]) -> dict[str, ReceptiveField]:
    """Receptive fields by layer name. Raises ConfigError where one is the whole picture."""
    network = backbone.network
    layers = {name: unsmoothed(name) for name in names}
    fields = _of_plain(network) if isinstance(network, PlainNetwork) else _of_traced(network)
    if unbounded := sorted(name for name, layer in layers.items() if fields[layer] is None):
        raise ConfigError(
            f"{backbone.facts.name} cannot paint in parts: the receptive field of"
            f" {', '.join(unbounded)} is the whole picture; leave out max_memory, or choose vgg19,"
            " vgg16, alexnet, squeezenet1_0 or resnet50"
        )
    return {name: field for name, layer in layers.items() if (field := fields[layer])}


# In what follows None is the receptive field of a layer that depends on the whole picture.


def _of_plain(network: PlainNetwork) -> dict[str, ReceptiveField | None]:
    fields, field = dict[str, ReceptiveField | None](), ReceptiveField()
    for name, layer in network.items():
        field = _after_module(field, layer)
        fields[name] = field
    return fields | {
        torchvisions: fields[name] for torchvisions, name in network.readable_by_torchvision.items()
    }


def _of_traced(network: TracedNetwork) -> dict[str, ReceptiveField | None]:
    fields: dict[fx.Node, ReceptiveField | None] = {}
    for node in network.graph.nodes:
        inputs = [fields[one] for one in node.all_input_nodes]
        bounded = [field for field in inputs if field]
        if not inputs or len(bounded) < len(inputs):
            fields[node] = ReceptiveField() if node.op == "placeholder" else None
            continue
        widest = ReceptiveField(
            max(field.radius_px for field in bounded), max(field.stride for field in bounded)
        )
        fields[node] = _after_node(widest, node, network)
    return {name: fields[node] for name, node in network.nodes_by_name().items()}


def _after_node(
    field: ReceptiveField, node: fx.Node, network: TracedNetwork
) -> ReceptiveField | None:
    if node.op == "call_module":
        module = network.model.get_submodule(str(node.target))
        return None if "Adaptive" in type(module).__name__ else _after_module(field, module)
    if node.target in (functional.max_pool2d, functional.avg_pool2d):
        names = ("kernel_size", "stride", "padding")
        options = dict(zip(names, node.args[1:], strict=False)) | node.kwargs
        kernel = _one_side(options["kernel_size"])
        stride = _one_side(options.get("stride") or kernel)
        return field.after(kernel, stride, _one_side(options["padding"]))
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
    return None if any(part in name for part in _GLOBAL) else field


def _after_module(field: ReceptiveField, module: nn.Module) -> ReceptiveField:
    if isinstance(module, ScaledPool2d):
        kernel, stride, padding, _ = module.window
        return field.after(_one_side(kernel), _one_side(stride), _one_side(padding))
    if isinstance(module, nn.Conv2d):
        padding = 0 if isinstance(module.padding, str) else _one_side(module.padding)
        stride, dilation = _one_side(module.stride), _one_side(module.dilation)
        return field.after(max(module.kernel_size), stride, padding, dilation)
    if isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
        window = (module.kernel_size, module.stride, module.padding)
        return field.after(*(_one_side(value) for value in window))
    return field


def _one_side(value: Any) -> int:
    """The number, or the smaller of a pair of them (down, across)."""
    return int(value if isinstance(value, int) else min(value))
