"""How far a network looks: which pixels of a picture decide one position of a layer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from torch import fx, nn
from torch.nn import functional

from style.backbones.backbone import Backbone
from style.backbones.networks import PlainNetwork, TracedNetwork
from style.backbones.registry import unsmoothed
from style.backbones.variants import Pooling
from style.errors import ConfigError

_WHOLE = ("adaptive", "flatten", "mean", "view", "reshape", "interpolate", "matmul", "linear")


@dataclass(frozen=True)
class Reach:
    """Of a layer: `px` pixels to each side, and `stride`, the pixels from position to position."""

    px: int = 0
    stride: int = 1

    def through(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> Reach:
        """Of a layer with such a window upon this one."""
        wide = max(padding, dilation * (kernel - 1) - padding)
        return Reach(self.px + wide * self.stride, self.stride * stride)


def reaches(backbone: Backbone, names: Collection[str]) -> dict[str, Reach]:
    """By layer name. Raises ConfigError where a layer looks at the whole picture at once."""
    network = backbone.network
    plain = {name: unsmoothed(name) for name in names}
    found = _plain(network) if isinstance(network, PlainNetwork) else _traced(network)
    if blind := sorted(name for name, layer in plain.items() if found[layer] is None):
        raise ConfigError(
            f"{backbone.facts.name} looks at the whole picture at once in {', '.join(blind)}: it"
            " cannot paint in tiles; leave out max_memory, or choose vgg19, vgg16, alexnet,"
            " squeezenet1_0 or resnet50"
        )
    return {name: reach for name, layer in plain.items() if (reach := found[layer])}


def _plain(network: PlainNetwork) -> dict[str, Reach | None]:
    found, reach = dict[str, Reach | None](), Reach()
    for name, layer in network.items():
        reach = _through(reach, layer)
        found[name] = reach
    return found | {own: found[name] for own, name in network.own_names.items()}


def _traced(network: TracedNetwork) -> dict[str, Reach | None]:
    nodes: dict[fx.Node, Reach | None] = {}
    for node in network.graph.nodes:
        before = [nodes[one] for one in node.all_input_nodes]
        known = [reach for reach in before if reach]
        if not before or len(known) < len(before):
            nodes[node] = Reach() if node.op == "placeholder" else None
            continue
        widest = Reach(max(r.px for r in known), max(r.stride for r in known))
        nodes[node] = _of_node(widest, node, network)
    return {name: nodes[node] for name, node in network.named_nodes().items()}


def _of_node(reach: Reach, node: fx.Node, network: TracedNetwork) -> Reach | None:
    if node.op == "call_module":
        module = network.model.get_submodule(str(node.target))
        return None if "Adaptive" in type(module).__name__ else _through(reach, module)
    if node.target in (functional.max_pool2d, functional.avg_pool2d):
        names = ("kernel_size", "stride", "padding")
        given = dict(zip(names, node.args[1:], strict=False)) | node.kwargs
        kernel = _side(given["kernel_size"])
        return reach.through(kernel, _side(given.get("stride") or kernel), _side(given["padding"]))
    called = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "")
    return None if any(word in called for word in _WHOLE) else reach


def _through(reach: Reach, module: nn.Module) -> Reach:
    if isinstance(module, Pooling):
        kernel, stride, padding, _ = module.window
        return reach.through(_side(kernel), _side(stride), _side(padding))
    if isinstance(module, nn.Conv2d):
        padding = 0 if isinstance(module.padding, str) else _side(module.padding)
        return reach.through(
            max(module.kernel_size), _side(module.stride), padding, _side(module.dilation)
        )
    if isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
        sides = (_side(value) for value in (module.kernel_size, module.stride, module.padding))
        return reach.through(*sides)
    return reach


def _side(value: Any) -> int:
    return int(value if isinstance(value, int) else min(value))
