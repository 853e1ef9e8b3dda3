"""Weights as a person writes them. Needs no torch."""

from __future__ import annotations

from collections.abc import Sequence

from style.errors import ConfigError


def layer_shares(text: str, others: Sequence[str] = ()) -> dict[str, float]:
    """`relu1_1=3,relu2_1` as shares by layer that sum to 1; a layer without a weight has 1.

    `others`: the layers that are meant where the text names none.

    Raises ConfigError that says what is not understood.
    """
    shares: dict[str, float] = {}
    for part in text.split(",") if text else others:
        name, is_weighted, weight = (piece.strip() for piece in part.partition("="))
        if not name or name in shares:
            raise ConfigError(f"{text!r}: give each layer once, LAYER or LAYER=WEIGHT, with commas")
        shares[name] = _weight(weight, text) if is_weighted else 1.0
    return _normal(shares, text)


def weights(text: str) -> list[float]:
    """`1,0.5` as shares that sum to 1. Raises ConfigError that says what is not understood."""
    parts = text.split(",") if text else []
    return list(
        _normal({str(i): _weight(part, text) for i, part in enumerate(parts)}, text).values()
    )


def _weight(word: str, text: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1e9:
        raise ConfigError(f"{text!r}: {word!r} is no weight; it is a number from 0 to 1e9")
    return value


def _normal(shares: dict[str, float], text: str) -> dict[str, float]:
    total = sum(shares.values())
    if shares and not total:
        raise ConfigError(f"{text!r}: at least one weight is above 0")
    return {name: share / total for name, share in shares.items()}
