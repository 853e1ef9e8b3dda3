"""Answers compressed with gzip, where a client accepts it.

Only answers to GET that may be kept are compressed: the page, stroke data, queue, statistics. What
has a token or a code in it is answered to POST with `no-store`, and stays as it is: the length of a
compressed answer tells what stands beside what an attacker can choose (BREACH, 2013).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, g, request

# What is text. Pictures and the model are compressed already, and streams of events must not wait.
KINDS = frozenset(
    {
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
    }
)
LEAST_BYTES = 1000  # below which it saves no packet
ANSWER_LEVEL, FILE_LEVEL = 1, 9  # of zlib. Files are compressed once
MOST_FILES = 300  # whose compressed bytes are kept
SUFFIX = "-gzip"  # of an ETag: the compressed bytes are others, so their strong ETag is, too

_files: dict[str, bytes] = {}


def install_compression(app: Flask) -> None:
    """Compress the answers of `app`."""
    app.before_request(_read_etags)
    app.after_request(_compress)


def _read_etags() -> None:
    """Let the endpoints see their own ETags in If-None-Match."""
    given = request.environ.get("HTTP_IF_NONE_MATCH", "")
    g.hitsujun_has_gzip = f'{SUFFIX}"' in given
    if g.hitsujun_has_gzip:
        request.environ["HTTP_IF_NONE_MATCH"] = given.replace(f'{SUFFIX}"', '"')


def _compress(response: Response) -> Response:
    if response.status_code == 304:
        return _with_etag(response) if g.hitsujun_has_gzip else response
    if not _may_be_compressed(response):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    if response.direct_passthrough:
        _compress_file(response)
    else:
        response.set_data(gzip.compress(response.get_data(), ANSWER_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    return _with_etag(response)


def _may_be_compressed(response: Response) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and response.mimetype in KINDS
        and not response.cache_control.no_store
        and (response.content_length or 0) >= LEAST_BYTES
    )


def _compress_file(response: Response) -> None:
    """Compress a file that is sent as it is; its ETag says which version of which it is."""
    etag = response.headers["ETag"]
    response.direct_passthrough = False
    if etag not in _files:
        if len(_files) >= MOST_FILES:
            _files.clear()
        _files[etag] = gzip.compress(response.get_data(), FILE_LEVEL, mtime=0)
    response.close()
    response.set_data(_files[etag])


def _with_etag(response: Response) -> Response:
    """The answer with the ETag of its compressed form, if it has one."""
    etag, is_weak = response.get_etag()
    if etag:
        response.set_etag(etag + SUFFIX, weak=bool(is_weak))
    return response
