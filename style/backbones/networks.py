"""The networks behind the backbones: each gives features by layer name."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

import torch
from torch import fx, nn

from style.backbones.efficientnet_lite import EfficientNetLite0, SameConv
from style.backbones.frozen import maximum, rectified
from style.backbones.layers import PLAIN, Layer, modules, readable
from style.backbones.variants import Pooling

Features = dict[str, torch.Tensor]
Step = Callable[..., torch.Tensor]
Apply = Callable[[str, Step, torch.Tensor], torch.Tensor]  # a layer's name, the layer, its input

# What would overwrite a layer that is asked for, and the same that does not.
_FRESH: dict[Any, Any] = {operator.iadd: operator.add, operator.imul: operator.mul}
_UNINITIALISED = {"init_weights": False}  # of the two whose initialisation takes seconds


def network_of(name: str) -> PlainNetwork | TracedNetwork:
    """The network of a backbone, with random weights."""
    if name in PLAIN:
        return PlainNetwork(PLAIN[name])
    if name == "efficientnet_lite0":
        return TracedNetwork(EfficientNetLite0(), name)
    from torchvision.models import get_model

    options = _UNINITIALISED if name in ("googlenet", "inception_v3") else {}
    return TracedNetwork(get_model(name, weights=None, **options), name)


class PlainNetwork(nn.ModuleDict):
    """Layers one after the other; nothing below the deepest wanted one is computed."""

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        super().__init__(modules(layers))
        self.own_names = {f"features.{place}": name for place, name in enumerate(self)}

    def layer_names(self) -> tuple[str, ...]:
        """From the picture down."""
        return tuple(self)

    def has(self, name: str) -> bool:
        """Whether there is such a layer, by its readable name or torchvision's."""
        return name in self or name in self.own_names

    def forward(
        self, image: torch.Tensor, names: Collection[str], apply: Apply | None = None
    ) -> Features:
        """Features (1, C, h, w) by layer name, of a normalised image (1, 3, H, W).

        `apply`: what calls a layer, in place of a plain call.
        """
        wanted = {self.own_names.get(name, name) for name in names}
        found: Features = {}
        for name, layer in self.steps(wanted):
            image = apply(name, layer, image) if apply else layer(image)
            if name in wanted:
                found[name] = image
        return {name: found[self.own_names.get(name, name)] for name in names}

    def steps(self, wanted: set[str]) -> Iterator[tuple[str, Step]]:
        """Down to the deepest wanted, keeping no map that nobody asked for.

        A rectification overwrites what it rectifies. Before a maximum it costs four times what it
        does after, where it gives the same. What nobody asked for is gone once it was used: for the
        way back `style.backbones.frozen` keeps less.
        """
        layers, missing, before = list(self.items()), set(wanted), ""
        while missing and layers:
            name, layer = layers.pop(0)
            rectifies = isinstance(layer, nn.ReLU)
            if rectifies and name not in wanted and layers and (pool := _maximum(layers[0][1])):
                yield name, pool
                name = layers.pop(0)[0]
            if rectifies and before not in wanted:
                yield name, torch.relu_ if name in wanted else rectified
            else:
                yield name, layer
            before = name
            missing.discard(name)


def _maximum(layer: nn.Module) -> Step | None:
    """What a layer does, where that is a maximum without padding."""
    if not isinstance(layer, nn.MaxPool2d) or layer.padding:
        return None
    kernel, stride = layer.kernel_size, layer.stride
    assert isinstance(kernel, int)
    assert isinstance(stride, int)
    return partial(maximum, kernel=kernel, stride=stride)


class TracedNetwork(nn.Module):
    """A network of any shape, cut below the deepest wanted of its modules."""

    def __init__(self, model: nn.Module, name: str) -> None:
        super().__init__()
        self.model = model
        for module in model.modules():
            if getattr(module, "inplace", False):
                module.inplace = False  # type: ignore[assignment]  # as _FRESH
        self._tracer = _Tracer()
        self.graph = self._tracer.trace(model.eval())
        self._modules_by_name = readable(name, self._tracer.outputs)
        self._own = set(self._modules_by_name.values())
        self._cut: dict[frozenset[str], nn.Module] = {}

    def layer_names(self) -> tuple[str, ...]:
        """From the picture down, each after its own parts."""
        return tuple(self._modules_by_name)

    def has(self, name: str) -> bool:
        """Whether there is such a layer, by its readable name or torchvision's."""
        return name in self._modules_by_name or name in self._own

    def named_nodes(self) -> dict[str, fx.Node]:
        """What in `graph` gives each layer, by its readable name and by torchvision's."""
        own = dict(self._tracer.outputs)
        return own | {name: own[module] for name, module in self._modules_by_name.items()}

    def state_dict(self, *args: Any, **options: Any) -> Any:
        """As that of the model within."""
        return self.model.state_dict(*args, **options)

    def load_state_dict(self, *args: Any, **options: Any) -> Any:
        """As that of the model within."""
        return self.model.load_state_dict(*args, **options)

    def forward(self, image: torch.Tensor, names: Collection[str]) -> Features:
        """Features (1, C, h, w) by layer name, of a normalised image (1, 3, H, W)."""
        own = {name: self._modules_by_name.get(name, name) for name in names}
        wanted = frozenset(own.values())
        if not wanted:
            return {}
        if wanted not in self._cut:
            self._cut[wanted] = self._cut_below(wanted)
        found: Features = self._cut[wanted](image)
        return {name: found[module] for name, module in own.items()}

    def _cut_below(self, wanted: frozenset[str]) -> nn.Module:
        graph, copies = fx.Graph(), dict[fx.Node, fx.Node]()
        graph.graph_copy(self.graph, copies)
        for node in graph.nodes:
            if node.kwargs.get("inplace"):
                node.kwargs = {**node.kwargs, "inplace": False}
            if node.op == "call_function":
                node.target = _FRESH.get(node.target, node.target)
        graph.output({name: copies[self._tracer.outputs[name]] for name in sorted(wanted)})
        cut = fx.GraphModule(self.model, graph)
        cut.graph.eliminate_dead_code()
        cut.recompile()
        return cut


class _Tracer(fx.Tracer):
    """Notes what each module gave when it was first called."""

    def __init__(self) -> None:
        super().__init__()
        self.outputs: dict[str, fx.Node] = {}

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Torch's own modules, and those that look at a picture's size."""
        own: bool = super().is_leaf_module(m, module_qualified_name)
        return own or isinstance(m, SameConv | Pooling)

    def call_module(self, m: nn.Module, forward: Any, args: Any, kwargs: Any) -> Any:
        """As the tracer does."""
        output = super().call_module(m, forward, args, kwargs)
        if isinstance(output, fx.Proxy):
            self.outputs.setdefault(self.path_of_module(m), output.node)
        return output
