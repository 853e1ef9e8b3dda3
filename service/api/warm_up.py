"""What a web process loads before it answers, so that its first request is as fast as the rest."""

from __future__ import annotations

import logging

from data.errors import DataError
from data.ink import Ink
from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import recognize
from service.api.lookalikes import lookalikes

STROKE = [[0, 0], [50, 10], [100, 0]]

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Load references, look-alikes and recognizer. What is missing is reported by /readyz."""
    try:
        references = load_references()
        lookalikes()
        recognize(Recognizer.load(), Ink.from_wire({"strokes": [STROKE]}), references)
    except (DataError, KanjiError, OSError) as error:
        log.warning("not everything could be loaded before the start: %s", error)
