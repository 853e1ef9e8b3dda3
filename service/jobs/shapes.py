"""Whether the network has the layers and can take the pictures, before a job waits for its turn.

The checks are those of `style.transfer.pyramid` and `style.dreams`, which load torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.errors import ImageRefused, InvalidRequest
from style.backbones.least_sides import has_layer, known_least_side
from style.backbones.registry import facts_of
from style.config.dream import DreamConfig
from style.config.layer_weights import layer_weights, style_weights, weights_for
from style.config.objective_grammar import parse_objective
from style.config.stylize import NO_OBJECTIVE, StylizeConfig
from style.errors import ConfigError, PictureError
from style.pictures.narrow import check_content_shape, check_dream_shape, check_style_shape

Size = tuple[int, int]
LOGITS = "logits"  # the layer of the classes


def check_shapes(
    config: StylizeConfig | DreamConfig, content: Size, styles: Sequence[Size]
) -> None:
    """Raises ImageRefused for a picture that is too narrow, in the words of the commands.

    Raises InvalidRequest for a layer that the network does not have, and for weights of another
    number of styles.
    """
    name = config.backbone
    if isinstance(config, DreamConfig):
        _check_guides(config)
        layers = _layers_of_dream(config)
    else:
        layers = _layers_of_painting(config)
    _check_layers(name, layers)
    least = known_least_side(name, layers)
    try:
        if isinstance(config, DreamConfig):
            check_dream_shape(content, least, name)
            return
        weights_for(len(styles), style_weights(config.style_weights))
        check_content_shape(content, least, name)
        for style in styles:
            check_style_shape(style, least, name)
    except PictureError as error:
        raise ImageRefused(str(error)) from error
    except ConfigError as error:
        raise InvalidRequest(str(error)) from error


def _check_guides(config: DreamConfig) -> None:
    """Nobody can send a guide picture here."""
    if config.objective and any(term.is_guide for term in parse_objective(config.objective)):
        raise InvalidRequest(
            f"objective is {config.objective!r}; LAYER:guide needs a guide picture, which only"
            " the command takes (hitsujun dream --guide)"
        )


def _check_layers(backbone: str, layers: Iterable[str]) -> None:
    for layer in sorted(layers):
        if not has_layer(backbone, layer):
            what = "classes" if layer == LOGITS else f"layer {layer!r}"
            raise InvalidRequest(
                f"{backbone} has no {what}; hitsujun layers {backbone} --list shows its layers"
            )


def _layers_of_painting(config: StylizeConfig) -> set[str]:
    """What style and content are compared in, and a named dream; `auto` is left to the painter."""
    facts = facts_of(config.backbone)
    compared = {
        *layer_weights(config.style_layers, facts.style),
        *layer_weights(config.content_layers, facts.content),
    }
    return compared if config.dream in NO_OBJECTIVE else compared | _layers_of(config.dream)


def _layers_of_dream(config: DreamConfig) -> set[str]:
    if config.objective:
        return _layers_of(config.objective)
    return {LOGITS if config.class_ else config.layer or facts_of(config.backbone).dream}


def _layers_of(objective: str) -> set[str]:
    return {LOGITS if term.label else term.layer for term in parse_objective(objective)}
