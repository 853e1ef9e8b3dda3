"""The label map of a recognizer: its characters, in the order of the network's outputs."""

from __future__ import annotations

import hashlib


def label_hash(labels: tuple[str, ...]) -> str:
    """The identity of a label map: sha256 of its characters in order, as hex."""
    return hashlib.sha256("".join(labels).encode()).hexdigest()
