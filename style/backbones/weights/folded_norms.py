"""Networks whose batch norms were folded into their convolutions, which then have a bias."""

from __future__ import annotations

import math

import torch
from torch import fx, nn

from style.backbones.networks import PlainNetwork, TracedNetwork
from style.backbones.weights.converters import Tensors


def with_batch_norms(tensors: Tensors, network: PlainNetwork | TracedNetwork) -> Tensors:
    """Tensors with a batch norm for each folded one, which adds the bias and does nothing else.

    A batch norm is folded where its own tensors are missing and the convolution before it has a
    bias that the network's has not.
    """
    if isinstance(network, PlainNetwork):
        return tensors
    restored = dict(tensors)
    for convolution, norm, module in _pairs(network):
        if f"{convolution}.bias" in tensors and f"{norm}.weight" not in tensors:
            bias = restored.pop(f"{convolution}.bias")
            restored |= {
                f"{norm}.weight": torch.full_like(bias, math.sqrt(1 + module.eps)),
                f"{norm}.bias": bias,
                f"{norm}.running_mean": torch.zeros_like(bias),
                f"{norm}.running_var": torch.ones_like(bias),
            }
    return restored


def _pairs(network: TracedNetwork) -> list[tuple[str, str, nn.BatchNorm2d]]:
    """The names of convolutions without bias and of the batch norms behind them, and the latter."""
    pairs = []
    for node in network.graph.nodes:
        before = node.args[0] if node.op == "call_module" else None
        if not isinstance(before, fx.Node) or before.op != "call_module":
            continue
        module, convolution = (
            network.model.get_submodule(str(one.target)) for one in (node, before)
        )
        if isinstance(module, nn.BatchNorm2d) and getattr(convolution, "bias", 0) is None:
            pairs.append((str(before.target), str(node.target), module))
    return pairs
