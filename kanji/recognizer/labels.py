"""The label map of a recognizer: its characters, in the order of the network's outputs."""

from __future__ import annotations

import hashlib
from functools import cached_property


class Labels(tuple[str, ...]):
    """Thousands of labels, hashed once for all caches that are keyed by them, and quickly found."""

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each label."""
        return {label: place for place, label in enumerate(self)}

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    def __contains__(self, label: object) -> bool:
        return label in self.places


def label_hash(labels: tuple[str, ...]) -> str:
    """The identity of a label map: sha256 of its characters in order, as hex."""
    return hashlib.sha256("".join(labels).encode()).hexdigest()
