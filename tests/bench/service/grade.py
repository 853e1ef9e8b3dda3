"""The CPU time of POST /v1/grade, through WSGI without a socket, and of its parts.

Medians over 100 drawings, each measured at once after the other, so that all parts see the same
load of the machine. `framework` is what is left: routing, limits, log, metrics, headers. A process
keeps the models of the kanji that were graded last. `slowest allowed` is 鬱 with as many strokes
and points as are taken, at random.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data.references.store import load_references
from kanji.grading.form import form_model
from kanji.grading.grade import grade
from kanji.recognizer.recognize import Recognizer
from kanji.recognizer.second_look import careful_reading
from service.api.app import create_app
from service.api.blueprint import check, json_response
from service.api.drawings import MORE_STROKES
from service.api.schemas.drawings import MOST_POINTS, GradeAnswer, GradeRequest
from service.api.warm_up import warm_up
from service.bench.wsgi import answered
from service.settings import Settings
from tests.bench.service.drawings import bodies
from tests.bench.service.printed import print_figures

ROUNDS = 3


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    print_figures(measured, arguments, __doc__)


def measured() -> dict[str, Any]:
    settings = Settings(Path(tempfile.mkdtemp()), limit_drawings="100000000/minute")
    app = create_app(settings)
    warm_up()
    sent, recognizer = bodies(), Recognizer.load()
    times: dict[str, list[float]] = {}

    def timed(name: str, call: Callable[[], Any]) -> Any:
        start = time.thread_time()
        result = call()
        times.setdefault(name, []).append(1000 * (time.thread_time() - start))
        return result

    for _ in range(ROUNDS):
        for body in sent:
            timed("request", lambda: answered(app, "POST", "/v1/grade", body))  # noqa: B023 (called at once)
            parts(body, recognizer, timed)
    medians = {name: round(float(np.median(taken[10:])), 3) for name, taken in times.items()}
    medians["framework"] = round(2 * medians["request"] - sum(medians.values()), 3)
    medians["request, kanji not graded lately"] = round(_cold_ms(app, sent), 3)
    largest = _slowest()
    slowest = min(
        _seconds(lambda: answered(app, "POST", "/v1/grade", largest)) for _ in range(ROUNDS)
    )
    medians["slowest allowed"] = round(1000 * slowest, 1)
    return {"cpu_ms": medians, "drawings": len(sent)}


def _cold_ms(app: Any, sent: Sequence[bytes]) -> float:
    """The median of requests for kanji whose model is not kept any more."""
    times = []
    for body in sent:
        form_model.cache_clear()
        times.append(1000 * _seconds(lambda: answered(app, "POST", "/v1/grade", body)))  # noqa: B023 (called at once)
    return float(np.median(times))


def _slowest() -> bytes:
    """The largest drawing of the kanji with the most strokes."""
    generator, count = np.random.default_rng(1), len(load_references()["鬱"].strokes) + MORE_STROKES
    xy = generator.integers(0, 1000, (count, 2, MOST_POINTS // count)).tolist()
    strokes = [{"x": x, "y": y} for x, y in xy]
    return json.dumps({"character": "鬱", "strokes": strokes}).encode()


def _seconds(call: Callable[[], Any]) -> float:
    start = time.thread_time()
    call()
    return time.thread_time() - start


def parts(body: bytes, recognizer: Recognizer, timed: Callable[..., Any]) -> None:
    """What the endpoint does, one after the other."""
    request = timed("parse", lambda: GradeRequest.model_validate_json(body))
    character, references = request.character, load_references()
    reference = references[character]
    ink = timed("ink", lambda: request.ink(character))
    read_as = timed("read", lambda: careful_reading(recognizer, ink, character, references))
    graded = timed("grade", lambda: grade(ink, reference, read_as=read_as))
    answer = graded.to_dict() | {"ms": 1.0}
    timed("answer", lambda: json_response(check(GradeAnswer, answer)))
