"""The characters that a recognizer tells apart, in the order of its outputs."""

from __future__ import annotations

import hashlib


def label_hash(labels: tuple[str, ...]) -> str:
    """What names a label map: sha256 of its characters in order, as hex."""
    return hashlib.sha256("".join(labels).encode()).hexdigest()
