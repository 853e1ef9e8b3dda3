"""What the inks of a batch are: of corpora, synthetic, or no character at all."""

from __future__ import annotations

from dataclasses import dataclass

from data.errors import DataError


@dataclass(frozen=True)
class Mix:
    """The composition of a batch of ink.

    `corpus_share`: the fraction of its characters that comes from corpora, where there are any;
    the others are synthetic. `refused`: the fraction of its inks that are no character
    (`Nonsense`). `pairs`: how many of its inks come with their reference, from which a network
    learns which stroke is which. `forms`: the fraction of synthetic inks that follow another form
    of their character, where it has one. `buckets`: into how many groups characters are sorted by
    their number of strokes; the synthetic inks of a batch are of one group.

    Raises DataError for a fraction outside 0 to 1, and for fewer than one bucket.
    """

    corpus_share: float = 0.5
    refused: float = 0.0
    pairs: int = 0
    forms: float = 0.0
    buckets: int = 1

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
        if faults:
            raise DataError("; ".join(faults))
