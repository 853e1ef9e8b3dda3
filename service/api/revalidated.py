"""Answers with a strong ETag, which a client asks for again only where they have changed."""

from __future__ import annotations

import hashlib

from flask import Response, request

from service.api.blueprint import Json, Responses, json_response

PUBLIC_HOUR = "public, max-age=3600"  # for what changes only with the installation
IMMUTABLE = "public, max-age=31536000, immutable"  # for what has its hash in its address
PRIVATE = "private, no-cache"  # for what belongs to one user: kept, but asked for each time
# As the OpenAPI document describes them.
ETAG = {"ETag": {"description": "for If-None-Match", "schema": {"type": "string"}}}
REVALIDATED: Responses = {
    200: {"headers": ETAG},
    304: {"description": "the answer is that of If-None-Match", "headers": ETAG},
}


def revalidated(body: Json, cache_control: str) -> Response:
    """An answer whose ETag is a hash of the body, and 304 where the client has it."""
    response = json_response(body)
    response.set_etag(hash_of(response.get_data()))
    response.headers["Cache-Control"] = cache_control
    response.make_conditional(request)
    return response


def unchanged(etag: str) -> Response | None:
    """304 where the client has the answer of this ETag, so that it need not be computed."""
    if not request.if_none_match.contains_weak(etag):  # as proxies that compress weaken them
        return None
    response = Response(status=304)
    response.set_etag(etag)
    response.headers["Cache-Control"] = PRIVATE
    return response


def hash_of(data: bytes) -> str:
    """128 bits of SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()[:32]
