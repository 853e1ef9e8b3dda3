"""Which kanji look alike. Finding it out takes seconds, so it is kept in the cache."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import lru_cache

from data.cache import cache_dir, replacing
from data.characters import characters
from data.references.store import load_references, references_path
from kanji.matching.lookalikes import lookalikes as find_lookalikes


@lru_cache(maxsize=1)
def lookalikes() -> dict[str, frozenset[str]]:
    """Of each kanji that can be practised those that look like it; it has no entry if none do."""
    references = load_references()
    path = cache_dir() / f"lookalikes-{references_hash()}.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):  # none yet, or damaged
        every = find_lookalikes([c for c in characters("all") if c in references], references)
        found = {kanji: sorted(others) for kanji, others in every.items()}
        with suppress(OSError), replacing(path) as partial:  # a cache may only be read
            partial.write_text(json.dumps(found), "utf-8")
    return {kanji: frozenset(others) for kanji, others in found.items()}


@lru_cache(maxsize=1)
def references_hash() -> str:
    """What identifies the reference strokes that are installed. An empty cache gets them first."""
    load_references()
    return hashlib.sha256(references_path("ja").read_bytes()).hexdigest()[:16]
