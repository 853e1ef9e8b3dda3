"""Endpoints for characters: the lists, and the facts about one."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache

from data.characters import characters as characters_of
from data.characters import info, normal
from data.references.reference import Reference
from data.references.store import load_references
from service.api.access import PUBLIC
from service.api.blueprint import Answer, Blueprint, Json
from service.api.revalidated import PUBLIC_HOUR, REVALIDATED, revalidated
from service.api.schemas.characters import KanjiFacts, KanjiList, KanjiListQuery
from service.errors import UnknownCharacter

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
    return revalidated(facts_of(reference_of(character)), PUBLIC_HOUR)


def reference_of(character: str) -> Reference:
    """The reference strokes of a character. Raises UnknownCharacter."""
    references = load_references()
    unified = normal(character)
    if unified not in references:
        raise UnknownCharacter("give one kanji or kana; GET /v1/kanji lists the kanji to practise")
    return references[unified]


@lru_cache(maxsize=512)
def facts_of(reference: Reference) -> Json:
    """The KanjiFacts of a character; not to be changed, since it is kept for the next request."""
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
