"""Shipped weights are checked when they are loaded: their model card states their sha256."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

CARD = "README.md"


def stated_sha256(path: Path) -> str | None:
    """The sha256 of a file by the card in its folder; None where there is none that names it."""
    card = path.with_name(CARD)
    if not card.is_file():
        return None
    named = re.compile(rf"`{re.escape(path.name)}`, [\d,]+ bytes, sha256\s+`([0-9a-f]{{64}})`")
    match = named.search(card.read_text("utf-8", errors="replace"))
    return match[1] if match else None


def contradicts_card(path: Path) -> bool:
    """Whether a file has another sha256 than its card states. A file without a card has not."""
    stated = stated_sha256(path)
    return stated is not None and hashlib.sha256(path.read_bytes()).hexdigest() != stated
