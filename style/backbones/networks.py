"""The networks of the backbones: each gives features by layer name."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

import torch
from torch import fx, nn

from style.backbones.efficientnet_lite import EfficientNetLite0, SameConv
from style.backbones.frozen import max_pool, relu_in_place
from style.backbones.layers import PLAIN, Layer, build_modules, readable_names
from style.backbones.variants import ScaledPool2d

Features = dict[str, torch.Tensor]
Step = Callable[..., torch.Tensor]  # computes one layer
Apply = Callable[[str, Step, torch.Tensor], torch.Tensor]  # a layer's name, the layer, its input

# In-place operators would overwrite the features of a layer that is asked for.
_OUT_OF_PLACE: dict[Any, Any] = {operator.iadd: operator.add, operator.imul: operator.mul}
# The two networks whose initialisation takes seconds.
_WITHOUT_INITIALISATION = ("googlenet", "inception_v3")


def network_of(name: str) -> PlainNetwork | TracedNetwork:
    """The network of a backbone, with random weights."""
    if name in PLAIN:
        return PlainNetwork(PLAIN[name])
    if name == "efficientnet_lite0":
        return TracedNetwork(EfficientNetLite0(), name)
    from torchvision.models import get_model

    options = {"init_weights": False} if name in _WITHOUT_INITIALISATION else {}
    return TracedNetwork(get_model(name, weights=None, **options), name)


class PlainNetwork(nn.ModuleDict):
    """Layers in sequence; layers after the deepest requested one are not computed."""

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        super().__init__(build_modules(layers))
        self.readable_by_torchvision = {f"features.{i}": name for i, name in enumerate(self)}

    def layer_names(self) -> tuple[str, ...]:
        """The readable names, from input to output."""
        return tuple(self)

    def has_layer(self, name: str) -> bool:
        """Whether there is such a layer, by its readable name or torchvision's."""
        return name in self or name in self.readable_by_torchvision

    def readable_name(self, name: str) -> str:
        """The readable name of a layer, given by it or by torchvision's."""
        return self.readable_by_torchvision.get(name, name)

    def layers_that_need(self, tensors: Collection[str]) -> list[str]:
        """The layers that cannot be computed without these tensors: all from the first one on."""
        names = self.layer_names()
        first = min(names.index(key.rpartition(".")[0]) for key in tensors)
        return list(names[first:])

    def forward(
        self, image: torch.Tensor, names: Collection[str], apply: Apply | None = None
    ) -> Features:
        """Features (1, C, h, w) by layer name, of a normalised image (1, 3, H, W).

        `apply`: called for each layer, in place of the layer itself.
        """
        readable = {name: self.readable_by_torchvision.get(name, name) for name in names}
        requested, features = set(readable.values()), Features()
        for name, layer in self.steps(requested):
            image = apply(name, layer, image) if apply else layer(image)
            if name in requested:
                features[name] = image
        return {name: features[layer] for name, layer in readable.items()}

    def steps(self, requested: set[str]) -> Iterator[tuple[str, Step]]:
        """The layers to compute, with their names, down to the deepest requested.

        To save memory, a ReLU overwrites its input unless that input is requested. To save time, a
        ReLU before a max-pooling is computed after it where it is not requested itself: the
        result is the same, on a quarter of the values. What is saved for the backward pass is
        described in `style.backbones.frozen`.
        """
        layers, missing, previous = list(self.items()), set(requested), ""
        while missing and layers:
            name, layer = layers.pop(0)
            is_relu = isinstance(layer, nn.ReLU)
            if is_relu and name not in requested and layers and (pool := _max_pool(layers[0][1])):
                yield name, pool
                name = layers.pop(0)[0]
            if is_relu and previous not in requested:
                yield name, torch.relu_ if name in requested else relu_in_place
            else:
                yield name, layer
            previous = name
            missing.discard(name)


def _max_pool(layer: nn.Module) -> Step | None:
    """The pooling that saves only indices, where a layer is a max-pooling without padding."""
    if not isinstance(layer, nn.MaxPool2d) or layer.padding:
        return None
    kernel, stride = layer.kernel_size, layer.stride
    assert isinstance(kernel, int)
    assert isinstance(stride, int)
    return partial(max_pool, kernel=kernel, stride=stride)


class TracedNetwork(nn.Module):
    """A network of any shape, traced, and truncated after the deepest requested modules."""

    def __init__(self, model: nn.Module, name: str) -> None:
        super().__init__()
        self.model = model
        for module in model.modules():
            if getattr(module, "inplace", False):
                module.inplace = False  # type: ignore[assignment]  # see _OUT_OF_PLACE
        self._tracer = _Tracer()
        self.graph = self._tracer.trace(model.eval())
        self._torchvision_by_readable = readable_names(name, self._tracer.outputs)
        self._torchvision_names = set(self._torchvision_by_readable.values())
        self._truncated: dict[frozenset[str], nn.Module] = {}  # by requested modules

    def layer_names(self) -> tuple[str, ...]:
        """The readable names, from input to output, each after its own parts."""
        return tuple(self._torchvision_by_readable)

    def has_layer(self, name: str) -> bool:
        """Whether there is such a layer, by its readable name or torchvision's."""
        return name in self._torchvision_by_readable or name in self._torchvision_names

    def readable_name(self, name: str) -> str:
        """The readable name of a layer, given by it or by torchvision's."""
        by_torchvision = {own: readable for readable, own in self._torchvision_by_readable.items()}
        return by_torchvision.get(name, name)

    def nodes_by_name(self) -> dict[str, fx.Node]:
        """The node of `graph` that computes each layer, by its readable name and torchvision's."""
        outputs = self._tracer.outputs
        readable = {name: outputs[own] for name, own in self._torchvision_by_readable.items()}
        return outputs | readable

    def layers_that_need(self, tensors: Collection[str]) -> list[str]:
        """The layers that cannot be computed without these tensors, by their readable names."""
        needing: set[fx.Node] = set()
        for node in self.graph.nodes:
            target = str(node.target)
            has_one = node.op in ("call_module", "get_attr") and any(
                key == target or key.startswith(f"{target}.") for key in tensors
            )
            if has_one or needing.intersection(node.all_input_nodes):
                needing.add(node)
        return [name for name in self.layer_names() if self.nodes_by_name()[name] in needing]

    def state_dict(self, *args: Any, **options: Any) -> Any:
        """The state dict of the traced model."""
        return self.model.state_dict(*args, **options)

    def load_state_dict(self, *args: Any, **options: Any) -> Any:
        """Loads a state dict into the traced model."""
        return self.model.load_state_dict(*args, **options)

    def forward(self, image: torch.Tensor, names: Collection[str]) -> Features:
        """Features (1, C, h, w) by layer name, of a normalised image (1, 3, H, W)."""
        modules = {name: self._torchvision_by_readable.get(name, name) for name in names}
        requested = frozenset(modules.values())
        if not requested:
            return {}
        if requested not in self._truncated:
            self._truncated[requested] = self._truncate(requested)
        features: Features = self._truncated[requested](image)
        return {name: features[module] for name, module in modules.items()}

    def _truncate(self, requested: frozenset[str]) -> nn.Module:
        """A module that computes the outputs of the requested modules, and nothing else."""
        graph, copies = fx.Graph(), dict[fx.Node, fx.Node]()
        graph.graph_copy(self.graph, copies)
        for node in graph.nodes:
            if node.kwargs.get("inplace"):
                node.kwargs = {**node.kwargs, "inplace": False}
            if node.op == "call_function":
                node.target = _OUT_OF_PLACE.get(node.target, node.target)
        graph.output({name: copies[self._tracer.outputs[name]] for name in sorted(requested)})
        module = fx.GraphModule(self.model, graph)
        module.graph.eliminate_dead_code()
        module.recompile()
        return module


class _Tracer(fx.Tracer):
    """Records, in `outputs`, the node that each module returned when it was first called."""

    def __init__(self) -> None:
        super().__init__()
        self.outputs: dict[str, fx.Node] = {}

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Torch's own modules, and those whose code depends on the size of their input."""
        is_torchs: bool = super().is_leaf_module(m, module_qualified_name)
        return is_torchs or isinstance(m, SameConv | ScaledPool2d)

    def call_module(self, m: nn.Module, forward: Any, args: Any, kwargs: Any) -> Any:
        """Calls the module as the base class does, and records its node."""
        output = super().call_module(m, forward, args, kwargs)
        if isinstance(output, fx.Proxy):
            self.outputs.setdefault(self.path_of_module(m), output.node)
        return output
