"""Tensors that are loaded into a network: all of them, or those of its first layers."""

from __future__ import annotations

from collections.abc import Sequence

from style.backbones.networks import PlainNetwork, TracedNetwork
from style.backbones.registry import Facts, unsmoothed
from style.backbones.weights.converters import Tensors
from style.errors import WeightsMissing

COUNTERS = ".num_batches_tracked"  # of batch norms, which only training reads
MAX_NAMED = 4  # tensors in an error


def load_tensors(
    network: PlainNetwork | TracedNetwork, tensors: Tensors, facts: Facts
) -> frozenset[str]:
    """Loads tensors into a network; returns the names of the layers that have no weights.

    The tensors may end behind the default layers of style and content; the layers that need the
    rest have no weights. Raises WeightsMissing, which names the tensors, where others are missing,
    too many or of another shape.
    """
    try:
        result = network.load_state_dict(tensors, strict=False)
    except RuntimeError as error:  # another shape
        raise WeightsMissing(" ".join(str(error).split())) from error
    if result.unexpected_keys:
        raise WeightsMissing(f"Unexpected key(s): {_named(result.unexpected_keys)}")
    missing = [key for key in result.missing_keys if not key.endswith(COUNTERS)]
    if not missing:
        return frozenset()
    without_weights = frozenset(network.layers_that_need(missing))
    needed = {unsmoothed(layer) for layer in (*facts.style, *facts.content)}
    if not _is_the_end(missing, list(network.state_dict())) or needed & without_weights:
        raise WeightsMissing(f"Missing key(s): {_named(missing)}")
    return without_weights


def _is_the_end(missing: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether nothing follows the first of the missing tensors."""
    keys = [key for key in keys if not key.endswith(COUNTERS)]
    return keys[-len(missing) :] == list(missing)


def _named(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - MAX_NAMED} more" if len(keys) > MAX_NAMED else ""
    return ", ".join(keys[:MAX_NAMED]) + more
