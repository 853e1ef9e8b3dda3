import base64
import hashlib
import re

import pytest
from flask.testing import FlaskClient


def test_a_character_has_strokes_and_meanings(client: FlaskClient) -> None:
    facts = client.get("/v1/kanji/三").json
    assert len(facts["strokes"]) == 3
    assert "three" in " ".join(facts["meanings"]).lower()


@pytest.mark.parametrize(
    ("kanji", "parts", "lookalikes"),
    [("海", ["氵", "毎"], []), ("末", ["木"], ["未"]), ("三", ["一"], []), ("一", [], [])],
)
def test_a_character_has_parts_and_lookalikes(
    client: FlaskClient, kanji: str, parts: list[str], lookalikes: list[str]
) -> None:
    facts = client.get(f"/v1/kanji/{kanji}").json
    assert (facts["parts"], facts["lookalikes"]) == (parts, lookalikes)


def test_an_unchanged_character_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/v1/kanji/三")
    assert not first.headers["ETag"].startswith("W/")
    second = client.get("/v1/kanji/三", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")


def test_the_list_is_joyo_unless_another_is_named(client: FlaskClient) -> None:
    assert client.get("/v1/kanji").json["list"] == "joyo"
    every = client.get("/v1/kanji?list=all").json
    assert every["list"] == "all" and {"一", "丞"} <= set(every["characters"])


def test_a_parameter_that_is_given_twice_is_named(client: FlaskClient) -> None:
    answer = client.get("/v1/kanji?list=all&list=joyo")
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"
    assert answer.json["errors"] == [{"pointer": "/list", "detail": "given 2 times; give it once"}]


def test_the_strokes_of_an_address_never_change(client: FlaskClient) -> None:
    facts = client.get("/v1/kanji/三").json
    strokes = client.get(facts["strokes_url"])
    assert strokes.json["strokes"] == facts["strokes"]
    assert "immutable" in strokes.headers["Cache-Control"]
    assert client.get("/v1/kanji/三/strokes/0").status_code == 404


def test_an_animation_is_an_svg_that_a_strict_policy_allows(client: FlaskClient) -> None:
    answer = client.get("/v1/kanji/三/animation.svg")
    assert answer.mimetype == "image/svg+xml" and answer.text.count("<text") == 3
    style = re.search(r"<style>(.*)</style>", answer.text)
    assert style and "script" not in answer.text and "style=" not in answer.text
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_the_animation_of_an_address_never_changes(client: FlaskClient) -> None:
    url = client.get("/v1/kanji/三").json["animation_url"]
    assert "immutable" in client.get(url).headers["Cache-Control"]
    assert "immutable" in client.get(f"{url}&stroke_ms=300").headers["Cache-Control"]
    assert "immutable" not in client.get(url.split("?")[0]).headers["Cache-Control"]
    assert client.get("/v1/kanji/三/animation.svg?version=0").status_code == 404


def test_an_unchanged_animation_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/v1/kanji/三/animation.svg")
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/v1/kanji/三/animation.svg", headers=known).status_code == 304
    assert client.get("/v1/kanji/三/animation.svg?stroke_ms=300", headers=known).status_code == 200


@pytest.mark.parametrize("query", ["stroke_ms=99", "stroke_ms=5001", "stroke_ms=x", "unknown=1"])
def test_an_animation_that_is_not_offered_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/v1/kanji/三/animation.svg?{query}").status_code == 422
    assert client.get("/v1/kanji/☃/animation.svg").status_code == 404
