"""The classification layer of networks that still have it."""

from __future__ import annotations

from style.backbones.backbone import Backbone
from style.backbones.class_names import without_classes
from style.backbones.layers import LOGITS
from style.errors import ConfigError


def logits_layer(backbone: Backbone) -> str:
    """The layer whose channels are ImageNet's classes, before the softmax.

    Raises ConfigError where the backbone has none.
    """
    if LOGITS not in backbone.layer_names():
        raise ConfigError(without_classes(backbone.facts.name))
    return LOGITS
