from flask.testing import FlaskClient


def test_a_character_has_strokes_and_meanings(client: FlaskClient) -> None:
    facts = client.get("/v1/kanji/三").json
    assert len(facts["strokes"]) == 3
    assert "three" in " ".join(facts["meanings"]).lower()


def test_an_unchanged_character_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/v1/kanji/三")
    assert not first.headers["ETag"].startswith("W/")
    second = client.get("/v1/kanji/三", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")


def test_the_list_is_joyo_unless_another_is_named(client: FlaskClient) -> None:
    assert client.get("/v1/kanji").json["list"] == "joyo"
    every = client.get("/v1/kanji?list=all").json
    assert every["list"] == "all" and {"一", "丞"} <= set(every["characters"])


def test_the_strokes_of_an_address_never_change(client: FlaskClient) -> None:
    facts = client.get("/v1/kanji/三").json
    strokes = client.get(facts["strokes_url"])
    assert strokes.json["strokes"] == facts["strokes"]
    assert "immutable" in strokes.headers["Cache-Control"]
    assert client.get("/v1/kanji/三/strokes/0").status_code == 404
