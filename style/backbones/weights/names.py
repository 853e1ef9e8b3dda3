"""The names of tensors in other people's state dicts, as a network has them."""

from __future__ import annotations

from collections.abc import Collection

from style.backbones.layers import PLAIN
from style.backbones.weights.converters import Tensors, from_torchvision

FEATURES = "features"  # torchvision's module of the layers before the classifier


def named_for(tensors: Tensors, network: str, expected: Collection[str]) -> Tensors:
    """Tensors under the names of a network, `expected`; those that fit none keep their own.

    What all names begin with is left out where no expected name begins so: `module.` of data
    parallel training, `model.`, `_orig_mod.`. Names that begin with a number are those of
    torchvision's `features`.
    """
    tensors = _without_common_prefixes(tensors, {_head(name) for name in expected})
    if tensors and all(_head(name).isdecimal() for name in tensors):
        tensors = {f"{FEATURES}.{name}": tensor for name, tensor in tensors.items()}
    if network in PLAIN and any(_head(name) == FEATURES for name in tensors):
        return from_torchvision(network)(tensors)
    return tensors


def _without_common_prefixes(tensors: Tensors, known: Collection[str]) -> Tensors:
    """`known`: the first parts of the expected names."""
    while len(heads := {_head(name) for name in tensors}) == 1:
        (head,) = heads
        if head in known or head == FEATURES or head.isdecimal() or head in tensors:
            break  # or nothing would be left of a name
        tensors = {name.partition(".")[2]: tensor for name, tensor in tensors.items()}
    return tensors


def _head(name: str) -> str:
    return name.partition(".")[0]
