"""Endpoints for characters: the lists, and the facts about one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache

from flask import Response

from data.characters import characters as characters_of
from data.characters import info, normal
from data.references.reference import Reference
from data.references.store import load_references
from service.api.access import PUBLIC
from service.api.blueprint import Answer, Blueprint, Json, json_response
from service.api.revalidated import IMMUTABLE, PUBLIC_HOUR, REVALIDATED, hash_of, revalidated
from service.api.schemas.characters import KanjiFacts, KanjiList, KanjiListQuery, Strokes
from service.errors import UnknownCharacter, UnknownStrokes

characters = Blueprint("characters", __name__, url_prefix="/v1")


@characters.get("/kanji", access=PUBLIC, problems=("invalid-request",), responses=REVALIDATED)
@characters.input(KanjiListQuery, "query")
@characters.output(KanjiList, description="the list and its characters")
def kanji_list(query_data: KanjiListQuery) -> Answer:
    """The characters of a list"""
    name = query_data.list
    body = {"list": name, "characters": "".join(characters_of(name))}
    return revalidated(body, PUBLIC_HOUR)


@characters.get(
    "/kanji/<character>",
    access=PUBLIC,
    problems=("unknown-character", "not-installed"),
    responses=REVALIDATED,
)
@characters.output(
    KanjiFacts,
    description="strokes in the unit box, accepted orders, on, kun, meanings, grade, jlpt, source,"
    " licence",
)
def kanji(character: str) -> Answer:
    """Strokes, readings and meanings of a character"""
    return revalidated(_facts(reference_of(character)), PUBLIC_HOUR)


@characters.get(
    "/kanji/<character>/strokes/<sha256>",
    access=PUBLIC,
    problems=("unknown-character", "unknown-strokes", "not-installed"),
)
@characters.output(Strokes, description="the strokes, and the orders that are accepted")
def strokes(character: str, sha256: str) -> Response:
    """The strokes of a character, which never change under this address"""
    strokes = strokes_of(reference_of(character))
    if sha256 != strokes.sha256:
        raise UnknownStrokes("the strokes have changed; GET /v1/kanji/{character} has the address")
    response = Response(strokes.json, mimetype="application/json")
    response.headers["Cache-Control"] = IMMUTABLE
    return response


def reference_of(character: str) -> Reference:
    """The reference strokes of a character. Raises UnknownCharacter."""
    references = load_references()
    unified = normal(character)
    if unified not in references:
        raise UnknownCharacter("give one kanji or kana; GET /v1/kanji lists the kanji to practise")
    return references[unified]


@dataclass(frozen=True)
class StrokeData:
    """The Strokes of a character, as they are sent, with the hash and the address of this JSON."""

    body: Json
    json: bytes
    sha256: str
    url: str


@lru_cache(maxsize=4096)
def strokes_of(reference: Reference) -> StrokeData:
    """The stroke data of a character; not to be changed, since it is kept for the next request."""
    strokes = [
        {"points": [[round(float(v), 4) for v in point] for point in s.points], "type": s.type}
        for s in reference.strokes
    ]
    body: Json = {
        "strokes": strokes,
        "orders": [list(order) for order in reference.orders],
        "source": reference.source,
        "licence": reference.licence,
    }
    data = json_response(body).get_data()
    sha256 = hash_of(data)
    return StrokeData(body, data, sha256, f"/v1/kanji/{reference.character}/strokes/{sha256}")


def _facts(reference: Reference) -> Json:
    """The KanjiFacts of a character."""
    strokes = strokes_of(reference)
    address = {"strokes_url": strokes.url, "strokes_sha256": strokes.sha256}
    return asdict(info(reference.character)) | strokes.body | address
