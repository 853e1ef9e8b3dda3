import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ZIPPED = {"Accept-Encoding": "br, gzip"}
PATHS = ("/v1/kanji", "/v1/kanji/鬱", "/v1/queue", "/static/app/main.js", "/", "/v1/openapi.json")


def get(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """The answer, whose file is closed."""
    return client.get(path, headers=headers, buffered=True)


@pytest.mark.parametrize("path", PATHS)
def test_text_is_compressed_for_those_who_read_it(client: FlaskClient, path: str) -> None:
    plain, zipped = get(client, path), get(client, path, headers=ZIPPED)
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(zipped.data) == plain.data
    assert int(zipped.headers["Content-Length"]) == len(zipped.data) < len(plain.data)
    assert zipped.data == get(client, path, headers=ZIPPED).data


@pytest.mark.parametrize("path", PATHS[:4])
def test_each_form_of_an_answer_has_an_etag_of_its_own(client: FlaskClient, path: str) -> None:
    etags = [get(client, path, headers=one).headers["ETag"] for one in ({}, ZIPPED)]
    assert len(set(etags)) == 2
    for etag, accepted in zip(etags, ({}, ZIPPED), strict=True):
        answer = get(client, path, headers={"If-None-Match": etag, **accepted})
        assert (answer.status_code, answer.headers["ETag"]) == (304, etag)
    assert get(client, path, headers={"If-None-Match": '"other-gzip"', **ZIPPED}).status_code == 200


def test_what_nobody_may_keep_is_not_compressed(client: FlaskClient) -> None:
    long = get(client, "/v1/me/export", headers=ZIPPED)
    token = client.post("/v1/devices", json={"name": "x"}, headers=ZIPPED)
    for answer in (long, token):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Content-Encoding" not in answer.headers


def test_small_answers_and_pictures_stay_as_they_are(client: FlaskClient) -> None:
    for path in ("/healthz", "/static/icon-512.png"):
        assert "Content-Encoding" not in get(client, path, headers=ZIPPED).headers


def test_a_part_of_a_file_is_one_of_the_file_itself(client: FlaskClient) -> None:
    part = get(client, "/static/app/main.js", headers={"Range": "bytes=0-9", **ZIPPED})
    assert part.status_code == 206 and len(part.data) == 10
    assert "Content-Encoding" not in part.headers
