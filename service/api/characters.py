"""Endpoints for characters: the lists, the facts about one, and an animation of its strokes."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from urllib.parse import quote

from flask import Response, request

from data.characters import characters as characters_of
from data.characters import info, normal
from data.references.reference import DECIMALS, Component, Reference
from data.references.store import load_references
from kanji.brush.animation import animation
from service.api.access import PUBLIC
from service.api.blueprint import Answer, Blueprint, Json, Responses, json_response
from service.api.lookalikes import lookalikes
from service.api.revalidated import (
    ETAG,
    IMMUTABLE,
    PUBLIC_HOUR,
    REVALIDATED,
    hash_of,
    revalidated,
)
from service.api.schemas.characters import (
    AnimationQuery,
    KanjiFacts,
    KanjiList,
    KanjiListQuery,
    Strokes,
)
from service.errors import UnknownCharacter, UnknownStrokes

# As the OpenAPI document describes it.
ANIMATION: Responses = {
    200: {
        "description": "an SVG that needs no script; show it as the picture of an <img>",
        "headers": ETAG,
        "content": {"image/svg+xml": {"schema": {"type": "string"}}},
    },
    304: REVALIDATED[304],
}

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
    description="strokes in the unit box, accepted orders, on, kun, meanings, grade, jlpt,"
    " parts, lookalikes, source, licence",
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


@characters.get(
    "/kanji/<character>/animation.svg",
    access=PUBLIC,
    problems=("invalid-request", "unknown-character", "unknown-strokes", "not-installed"),
    responses=ANIMATION,
)
@characters.input(AnimationQuery, "query")
def drawn(character: str, query_data: AnimationQuery) -> Response:
    """The strokes of a character, drawn one after the other, with their numbers"""
    reference = reference_of(character)
    if query_data.version not in (None, animation_version(reference)):
        raise UnknownStrokes("the strokes have changed; GET /v1/kanji/{character} has the address")
    wanted = animation(reference, stroke_ms=query_data.stroke_ms, is_still=query_data.still)
    response = Response(wanted.svg, mimetype="image/svg+xml")
    response.set_etag(hash_of(response.get_data()))
    response.headers["Cache-Control"] = IMMUTABLE if query_data.version else PUBLIC_HOUR
    style = b64encode(hashlib.sha256(wanted.style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = policy
    response.make_conditional(request)
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


@lru_cache(maxsize=128)  # of 50 kB each
def strokes_of(reference: Reference) -> StrokeData:
    """The stroke data of a character; not to be changed, since it is kept for the next request."""
    parts = reference.components
    body: Json = _shape(reference) | {
        "orders": [list(order) for order in reference.orders],
        "components": parts.to_dict() if parts else None,
        "forms": [_shape(form) for form in reference.forms],
    }
    data = json_response(body).get_data()
    sha256 = hash_of(data)
    url = f"/v1/kanji/{quote(reference.character)}/strokes/{sha256}"
    return StrokeData(body, data, sha256, url)


def _shape(reference: Reference) -> Json:
    """The strokes of a reference or of another form, with all decimals that they have."""
    strokes = [
        {
            "points": [[round(float(v), DECIMALS) for v in point] for point in stroke.points],
            "type": stroke.type,
        }
        for stroke in reference.strokes
    ]
    return {"strokes": strokes, "source": reference.source, "licence": reference.licence}


@lru_cache(maxsize=4096)
def animation_version(reference: Reference) -> str:
    """A hash of the animation with default options, which changes with the strokes and the code."""
    return hash_of(animation(reference).svg.encode())


def _facts(reference: Reference) -> Json:
    """The KanjiFacts of a character."""
    strokes = strokes_of(reference)
    base = f"/v1/kanji/{quote(reference.character)}/animation.svg"
    addresses = {
        "strokes_url": strokes.url,
        "strokes_sha256": strokes.sha256,
        "animation_url": f"{base}?version={animation_version(reference)}",
    }
    related = {
        "parts": list(dict.fromkeys(_elements(reference.components))),
        "lookalikes": sorted(lookalikes().get(reference.character, ())),
    }
    return asdict(info(reference.character)) | related | strokes.body | addresses


def _elements(component: Component | None) -> Iterator[str]:
    """The parts of a character; of a part that is no character by itself, its own parts."""
    for part in component.parts if component else ():
        if part.element:
            yield part.element
        else:
            yield from _elements(part)
