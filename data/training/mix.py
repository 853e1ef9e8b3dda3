"""What the inks of a batch are: of corpora, synthetic, or no character at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.errors import DataError
from data.synthetic.mistakes import Mistakes
from data.synthetic.writer import WriterModel

ROUNDING = 1e-6  # by which shares may sum to more than 1


@dataclass(frozen=True)
class CharacterGroup:
    """Characters with a share of the synthetic ink, and perhaps with writers of their own.

    `candidates`: lists of `data.characters`, joined by "+". `share`: the fraction of the synthetic
    characters. `writer` and `mistakes`: None for those of all other characters.

    Raises DataError for a share outside 0 to 1.
    """

    candidates: str
    share: float
    writer: WriterModel | None = None
    mistakes: Mistakes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise DataError(f"the share of {self.candidates!r} is {self.share}; allowed: 0 to 1")


@dataclass(frozen=True)
class Mix:
    """The composition of a batch of ink.

    `corpus_share`: the fraction of its characters that comes from corpora, where there are any;
    the others are synthetic. `refused`: the fraction of its inks that are no character
    (`Nonsense`). `pairs`: how many of its inks come with their reference, from which a network
    learns which stroke is which. `forms`: the fraction of synthetic inks that follow another form
    of their character, where it has one. `buckets`: into how many groups characters are sorted by
    their number of strokes; the synthetic inks of a group are of one bucket. `groups`: characters
    with a share of the synthetic ink; each group takes what the groups before it have left, and
    all other characters get the share that is left.

    Raises DataError for a fraction outside 0 to 1, and for fewer than one bucket.
    """

    corpus_share: float = 0.5
    refused: float = 0.0
    pairs: int = 0
    forms: float = 0.0
    buckets: int = 1
    groups: Sequence[CharacterGroup] = ()

    def __post_init__(self) -> None:
        faults = []
        if not 0 <= self.corpus_share <= 1:
            faults.append(f"corpus_share is {self.corpus_share}; allowed: 0 to 1")
        if not 0 <= self.refused < 1:
            faults.append(f"refused is {self.refused}; allowed: 0 or more and below 1")
        if not 0 <= self.forms <= 1:
            faults.append(f"forms is {self.forms}; allowed: 0 to 1")
        if self.buckets < 1:
            faults.append(f"buckets is {self.buckets}; allowed: 1 or more")
        if sum(group.share for group in self.groups) > 1 + ROUNDING:
            faults.append("the shares of the groups sum to more than 1")
        if faults:
            raise DataError("; ".join(faults))
