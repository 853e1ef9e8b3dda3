"""What a network cannot show of an objective, found before its weights are loaded. No torch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from style.backbones.class_names import class_index, without_classes
from style.backbones.layer_channels import channel_fault, known_channels
from style.config.objective_grammar import ParsedTerm
from style.errors import ConfigError

LOGITS = "logits"  # the layer whose channels are the classes


def term_faults(terms: Iterable[ParsedTerm], backbone: str) -> Iterator[str]:
    """Yields the classes and the channels that a backbone does not have.

    A layer that is not known here is left to whoever loads the network.
    """
    for term in terms:
        if term.label:
            yield from _class_faults(term.label, backbone)
        elif (count := known_channels(backbone, term.layer)) is not None:
            faults = (channel_fault(term.layer, count, index) for index in term.channels)
            yield from filter(None, faults)


def _class_faults(label: str, backbone: str) -> Iterator[str]:
    if known_channels(backbone, LOGITS) is None:
        yield without_classes(backbone)
        return
    try:
        class_index(label)
    except ConfigError as error:
        yield str(error)
