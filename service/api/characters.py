"""Endpoints for characters: the lists, and the facts about one."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from flask import Response, request

from data.characters import characters as characters_of
from data.characters import info, normal
from data.references.reference import Reference
from data.references.store import load_references
from service.api.blueprint import Answer, Blueprint, Json, Responses, json_response
from service.api.schemas.characters import KanjiFacts, KanjiList, KanjiListQuery
from service.errors import UnknownCharacter

MAX_AGE = "public, max-age=3600"  # seconds
# As the OpenAPI document describes them.
ETAG = {"ETag": {"description": "for If-None-Match", "schema": {"type": "string"}}}
CACHEABLE: Responses = {
    200: {"headers": ETAG},
    304: {"description": "the answer is that of If-None-Match", "headers": ETAG},
}

characters = Blueprint("characters", __name__, url_prefix="/v1")


@characters.get("/kanji", problems=("invalid-request",), responses=CACHEABLE)
@characters.input(KanjiListQuery, "query")
@characters.output(KanjiList, description="the list and its characters")
def kanji_list(query_data: KanjiListQuery) -> Answer:
    """The characters of a list"""
    name = query_data.list
    return _cacheable({"list": name, "characters": "".join(characters_of(name))})


@characters.get(
    "/kanji/<character>",
    problems=("unknown-character", "not-installed"),
    responses=CACHEABLE,
)
@characters.output(
    KanjiFacts,
    description="strokes in the unit box, accepted orders, on, kun, meanings, grade, jlpt, source,"
    " licence",
)
def kanji(character: str) -> Answer:
    """Strokes, readings and meanings of a character"""
    return _cacheable(_facts(reference_of(character)))


def reference_of(character: str) -> Reference:
    """The reference strokes of a character. Raises UnknownCharacter."""
    references = load_references()
    unified = normal(character)
    if unified not in references:
        raise UnknownCharacter("give one kanji or kana; GET /v1/kanji lists the kanji to practise")
    return references[unified]


def _facts(reference: Reference) -> Json:
    strokes = [
        {"points": [[round(float(v), 4) for v in point] for point in s.points], "type": s.type}
        for s in reference.strokes
    ]
    return asdict(info(reference.character)) | {
        "strokes": strokes,
        "orders": [list(order) for order in reference.orders],
        "source": reference.source,
        "licence": reference.licence,
    }


def _cacheable(body: Json) -> Response:
    """An answer with a strong ETag, or 304 where If-None-Match has it.

    It changes only with the installation.
    """
    response = json_response(body)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = MAX_AGE
    response.make_conditional(request)
    return response
