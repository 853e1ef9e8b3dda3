"""Weights of layers and of style pictures, as a person writes them. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence

from style.errors import ConfigError

MOST = 1e9


def layer_weights(text: str, defaults: Sequence[str] = ()) -> dict[str, float]:
    """The weights of layers by name, which sum to 1, from a text such as `relu1_1=3,relu2_1`.

    A layer without a weight has 1. An empty text means the layers of `defaults`. Raises
    ConfigError that says what is wrong with the text.
    """
    by_layer: dict[str, float] = {}
    for part in text.split(",") if text else defaults:
        name, has_weight, weight = (piece.strip() for piece in part.partition("="))
        if not name or name in by_layer:
            raise ConfigError(f"{text!r}: name each layer once, LAYER or LAYER=WEIGHT, with commas")
        by_layer[name] = _weight(weight, text) if has_weight else 1.0
    return dict(zip(by_layer, _normalised(list(by_layer.values()), text), strict=True))


def style_weights(text: str) -> list[float]:
    """The weights of a text such as `1,0.5`, which sum to 1. Raises ConfigError, as above."""
    parts = text.split(",") if text else []
    return _normalised([_weight(part, text) for part in parts], text)


def weights_for(count: int, weights: Sequence[float]) -> tuple[float, ...]:
    """The weights of `count` style pictures; without `weights` each has 1.

    Raises ConfigError where there are weights for another number of pictures.
    """
    if weights and len(weights) != count:
        raise ConfigError(f"style_weights has {len(weights)} for {count} styles; give one for each")
    return tuple(weights) or (1.0,) * count


def _weight(word: str, text: str) -> float:
    try:
        weight = float(word)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= MOST:
        raise ConfigError(f"{text!r}: {word!r} is not a weight; allowed: numbers from 0 to 1e9")
    return weight


def _normalised(weights: list[float], text: str) -> list[float]:
    total = sum(weights)
    if weights and not total:
        raise ConfigError(f"{text!r}: at least one weight must be above 0")
    return [weight / total for weight in weights]
