"""Whether the network can take the shape of the pictures, before a job waits for its turn.

The checks are those of `style.transfer.pyramid` and `style.dreams`, which load torch.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.errors import ImageRefused
from style.backbones.least_sides import known_least_side
from style.backbones.registry import facts_of
from style.config.dream import DreamConfig
from style.config.layer_weights import layer_weights
from style.config.objective_grammar import parse_objective
from style.config.stylize import StylizeConfig
from style.errors import PictureError
from style.pictures.narrow import check_content_shape, check_dream_shape, check_style_shape

Size = tuple[int, int]
LOGITS = "logits"  # the layer of the classes


def check_shapes(
    config: StylizeConfig | DreamConfig, content: Size, styles: Sequence[Size]
) -> None:
    """Raises ImageRefused for a picture that is too narrow, in the words of the commands."""
    name = config.backbone
    try:
        if isinstance(config, DreamConfig):
            check_dream_shape(content, known_least_side(name, _layers_of_dream(config)), name)
            return
        least = known_least_side(name, _layers_of_painting(config))
        check_content_shape(content, least, name)
        for style in styles:
            check_style_shape(style, least, name)
    except PictureError as error:
        raise ImageRefused(str(error)) from error


def _layers_of_painting(config: StylizeConfig) -> set[str]:
    """What style and content are compared in, and a named dream; `auto` is left to the painter."""
    facts = facts_of(config.backbone)
    compared = {
        *layer_weights(config.style_layers, facts.style),
        *layer_weights(config.content_layers, facts.content),
    }
    return compared if config.dream in ("none", "auto") else compared | _layers_of(config.dream)


def _layers_of_dream(config: DreamConfig) -> set[str]:
    if config.objective:
        return _layers_of(config.objective)
    return {LOGITS if config.class_ else config.layer or facts_of(config.backbone).dream}


def _layers_of(objective: str) -> set[str]:
    return {LOGITS if term.label else term.layer for term in parse_objective(objective)}
