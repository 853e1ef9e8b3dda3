"""Endpoints for the recognizer, which an app can run by itself."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Response, request, send_file, url_for

from data.ink.sequence import PREPROCESSING_VERSION
from kanji.recognizer.labels import label_hash
from kanji.recognizer.recognize import (
    CLEAR,
    LIKELY_PROBABILITY,
    SURE_PROBABILITY,
    Recognizer,
    check_is_there,
)
from service.api.access import PUBLIC
from service.api.blueprint import Answer, Blueprint
from service.api.dependencies import dependencies
from service.api.drawings import MORE_STROKES, SECOND_LOOK_STROKES
from service.api.packed_references import packed_file, packed_version
from service.api.revalidated import IMMUTABLE, PUBLIC_HOUR, REVALIDATED, revalidated
from service.api.schemas.drawings import MOST_POINTS
from service.api.schemas.model import Model
from service.errors import UnknownModel, UnknownStrokes

BYTES = {"type": "string", "format": "binary"}
FILE = {
    "description": "an ONNX file",
    "content": {"application/octet-stream": {"schema": BYTES}},
}
PACKED = {
    "description": "single bytes as data/references/packed.py describes them, or gzip of them",
    "content": FILE["content"],
}

model = Blueprint("model", __name__, url_prefix="/v1")


@model.get("/model", access=PUBLIC, problems=("not-installed",), responses=REVALIDATED)
@model.output(Model, description="its hash, where its file is, its labels and thresholds")
def recognizer() -> Answer:
    """The recognizer, for an app that reads drawings by itself"""
    path = dependencies().model_file
    labels = Recognizer.load(path).labels
    sha256 = model_sha256()
    body = {
        "sha256": sha256,
        "bytes": path.stat().st_size,
        "url": url_for("model.file", sha256=sha256),
        "labels": "".join(labels),
        "label_sha256": label_hash(labels),
        "preprocessing": PREPROCESSING_VERSION,
        "references_url": url_for("model.references", version=packed_version()),
        "thresholds": {
            "sure_probability": SURE_PROBABILITY,
            "likely_probability": LIKELY_PROBABILITY,
            "clear": CLEAR,
            "second_look_strokes": SECOND_LOOK_STROKES,
            "more_strokes": MORE_STROKES,
            "most_points": MOST_POINTS,
        },
    }
    return revalidated(body, PUBLIC_HOUR)


@model.get(
    "/model/<sha256>",
    access=PUBLIC,
    problems=("unknown-model", "not-installed"),
    responses={200: FILE},
)
def file(sha256: str) -> Response:
    """The recognizer's file, which never changes under its address"""
    if sha256 != model_sha256():
        raise UnknownModel("this is not the recognizer of this version; see GET /v1/model")
    path = dependencies().model_file.resolve()
    answer = send_file(path, "application/octet-stream", etag=sha256)
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer


@model.get(
    "/references/<version>",
    access=PUBLIC,
    problems=("unknown-strokes", "not-installed"),
    responses={200: PACKED},
)
def references(version: str) -> Response:
    """The strokes of all that a drawing may be read as, which never change under this address"""
    if version != packed_version():
        raise UnknownStrokes("these are not the strokes of this version; see GET /v1/model")
    if request.accept_encodings["gzip"]:
        answer = send_file(packed_file(), "application/octet-stream", etag=f"{version}-gzip")
        answer.headers["Content-Encoding"] = "gzip"
    else:
        data = gzip.decompress(packed_file().read_bytes())
        answer = Response(data, mimetype="application/octet-stream")
        answer.set_etag(version)
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer


def model_sha256() -> str:
    """Of the recognizer's file. Raises RecognizerMissing where there is none."""
    return _sha256(dependencies().model_file)


@cache
def _sha256(path: Path) -> str:
    check_is_there(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
