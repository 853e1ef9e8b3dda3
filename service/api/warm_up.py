"""What is loaded before a request is answered, so that the first is as fast as the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from data.errors import DataError
from data.ink import Ink
from data.references.store import load_references
from kanji.errors import KanjiError
from kanji.recognizer.recognize import SHIPPED, Recognizer
from kanji.recognizer.second_look import recognize
from service.api.lookalikes import lookalikes

STROKE = [[0, 0], [50, 10], [100, 0]]

log = logging.getLogger(__name__)


def warm_up(model: Path = SHIPPED) -> None:
    """Load references, look-alikes and the recognizer `model`. /readyz reports what is missing.

    Processes that are forked later share them: none of the three has threads.
    """
    _guarded(lambda: (load_references(), lookalikes()))
    _guarded(lambda: _recognize(model))


def _recognize(model: Path) -> None:
    recognize(Recognizer.load(model), Ink.from_wire({"strokes": [STROKE]}), load_references())


def _guarded(load: Callable[[], object]) -> None:
    try:
        load()
    except (DataError, KanjiError, OSError) as error:
        log.warning("not everything could be loaded before the start: %s", error)
