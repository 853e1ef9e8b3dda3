"""Routes for practice: read a drawing, grade it, and what there is to know of a character."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from data.characters import characters, info, normal
from data.ink import Ink
from data.references.reference import Reference
from data.references.store import load_references
from kanji.errors import RecognizerMissing
from kanji.recognizer.recognize import Reader, Recognition, Recognizer, sure_reading
from kanji.recognizer.second_look import recognize as reread
from service.api.schemas import GradeRequest, RecognizeRequest
from service.errors import InvalidRequest, UnknownCharacter

LISTS = ("joyo", "jinmeiyo", "all")


def practice_routes(reader: Reader | None = None) -> Blueprint:
    """The routes; `reader` is the shipped recognizer, loaded when first asked, by default."""
    routes = Blueprint("practice", __name__, url_prefix="/v1")

    @routes.post("/recognize")
    def recognize() -> Response:
        asked = RecognizeRequest.model_validate_json(_json_body())
        started = time.perf_counter()
        found = _recognize(reader or Recognizer.load(), asked)
        return _json(found.to_dict() | {"ms": _since(started)})

    @routes.post("/grade")
    def grade() -> Response:
        from kanji.grading.grade import grade as graded
        from kanji.grading.so_far import grade_so_far

        asked = GradeRequest.model_validate_json(_json_body())
        started = time.perf_counter()
        reference = _reference(asked.character)
        ink = asked.ink(reference.character)
        if asked.so_far:
            found = grade_so_far(ink, reference, leniency=asked.leniency).to_dict()
            return _json({"character": reference.character} | found | {"ms": _since(started)})
        read_as = _read_as(reader, ink, reference.character)
        verdict = graded(ink, reference, leniency=asked.leniency, read_as=read_as)
        return _json(verdict.to_dict() | {"ms": _since(started)})

    @routes.get("/kanji/<character>")
    def kanji(character: str) -> Response:
        return _cached(_described(_reference(character)))

    @routes.get("/kanji")
    def kanji_list() -> Response:
        name = request.args.get("list", "joyo")
        if name not in LISTS:
            raise InvalidRequest(f"list is one of {', '.join(LISTS)}")
        return _cached({"list": name, "characters": "".join(characters(name))})

    return routes


def _recognize(reader: Reader, asked: RecognizeRequest) -> Recognition:
    wanted: Collection[str] | None = (
        characters(asked.candidates) if isinstance(asked.candidates, str) else asked.candidates
    )
    if wanted is not None:
        wanted = {normal(character) for character in wanted} & set(reader.labels)
        if not wanted:
            raise InvalidRequest("none of the candidates is a character that can be recognized")
    return reread(reader, asked.ink(), load_references(), top=asked.top, candidates=wanted)


def _read_as(reader: Reader | None, ink: Ink, target: str) -> str | None:
    """What the recognizer surely sees, if anything; grading goes on where there is none."""
    try:
        return sure_reading(reader or Recognizer.load(), ink, target)
    except RecognizerMissing:
        return None


def _reference(character: str) -> Reference:
    references = load_references()
    known = normal(character)
    if known not in references:
        raise UnknownCharacter("give one kanji or kana; GET /v1/kanji lists the kanji to practise")
    return references[known]


def _described(reference: Reference) -> dict[str, Any]:
    """What is known of a character; stroke points in the unit box, x right, y down."""
    strokes = [
        {"points": [[round(float(v), 4) for v in point] for point in s.points], "type": s.type}
        for s in reference.strokes
    ]
    facts = asdict(info(reference.character)) | {"strokes": strokes}
    return facts | {
        "orders": [list(order) for order in reference.orders],
        "source": reference.source,
        "licence": reference.licence,
    }


def _json_body() -> bytes:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send application/json")
    return request.get_data()


def _json(body: dict[str, Any]) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _cached(body: dict[str, Any]) -> Response:
    """A body that changes only with the installation: strong ETag, 304 where it is known."""
    text = json.dumps(body, ensure_ascii=False).encode()
    response = Response(text, mimetype="application/json")
    response.set_etag(hashlib.sha256(text).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.make_conditional(request)
    return response


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
