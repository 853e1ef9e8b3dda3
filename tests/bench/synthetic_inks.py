"""Synthetic inks of the characters that CASIA's files can hold."""

from __future__ import annotations

import numpy as np

from data.characters import characters
from data.ink import Ink
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer


def casia_inks(count: int, generator: np.random.Generator) -> list[Ink]:
    """`count` inks of joyo kanji that GB 18030 encodes in two bytes."""
    hanzi = [c for c in characters("joyo") if len(c.encode("gb18030")) == 2]
    synthesizer = Synthesizer(hanzi, load_references("ja"))
    labels = generator.integers(len(hanzi), size=count)
    return list(synthesizer.draw(labels, generator).inks(hanzi, generator))
