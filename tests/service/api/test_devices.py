import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text, update
from sqlalchemy import event as sqlalchemy_event

from service.api import devices as endpoints
from service.api.times import now
from service.db.devices import MAX_DEVICES, PREFIX, Device
from service.db.engine import reading, writing
from service.db.link_codes import LIFE, MAX_GUESSES
from tests.service.clients import device
from tests.service.databases import both

pytestmark = both


def test_a_device_starts_in_one_call(anonymous: FlaskClient) -> None:
    answer = anonymous.post("/v1/devices", json={})
    assert answer.status_code == 201 and answer.headers["Cache-Control"] == "no-store"
    token = answer.json["token"]
    assert token.startswith(answer.json["token_start"]) and len(token) == len(PREFIX) + 43
    listed = anonymous.get("/v1/devices", headers={"Authorization": f"Bearer {token}"})
    (mine,) = listed.json["devices"]
    assert mine["is_caller"] and mine["id"] == answer.json["id"] and "token" not in mine
    assert mine["scopes"] == ["practice", "style", "account"]


def test_no_token_and_no_code_is_in_the_database(app: Flask, engine: Engine) -> None:
    client = device(app)
    token = client.environ_base["HTTP_AUTHORIZATION"].split()[1]
    code = client.post("/v1/link-codes", json={}).json["code"]
    with reading(engine) as session:
        rows = str(session.execute(text("SELECT * FROM devices")).all())
        rows += str(session.execute(text("SELECT * FROM link_codes")).all())
    assert token not in rows and token[len(PREFIX) + 4 :] not in rows
    assert code.replace("-", "") not in rows and code.split("-")[1] not in rows


def test_the_last_use_is_stored_once_in_some_minutes(client: FlaskClient, engine: Engine) -> None:
    client.get("/v1/devices")
    first = client.get("/v1/devices").json["devices"][0]["last_used"]
    assert client.get("/v1/devices").json["devices"][0]["last_used"] == first
    with writing(engine) as session:
        session.execute(update(Device).values(last_used_at=now() - timedelta(minutes=6)))
    client.get("/v1/devices")
    assert client.get("/v1/devices").json["devices"][0]["last_used"] >= first


def test_a_second_device_joins_by_a_code_that_works_once(app: Flask, client: FlaskClient) -> None:
    code = client.post("/v1/link-codes", json={}).json["code"]
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{6}", code)
    second = device(app, code=code.lower().replace("-", " "), name=" tablet ")
    names = [one["name"] for one in second.get("/v1/devices").json["devices"]]
    assert names == ["unnamed device", "tablet"]
    again = app.test_client().post("/v1/devices", json={"code": code})
    assert (again.status_code, again.json["title"]) == (403, "The code is not valid")


def test_a_code_locks_its_user_first_as_whoever_deletes_the_user_does(
    app: Flask, client: FlaskClient
) -> None:
    """PostgreSQL would end one of two that wait for each other."""
    code, locked = client.post("/v1/link-codes", json={}).json["code"], []
    engine = app.extensions["hitsujun"].engine

    @sqlalchemy_event.listens_for(engine, "before_cursor_execute")
    def note(*arguments: Any) -> None:
        if "FOR UPDATE" in arguments[2]:
            locked.append(arguments[2].split("FROM ")[1].split()[0])

    device(app, code=code)
    assert locked[:2] == (["users", "link_codes"] if engine.dialect.name == "postgresql" else [])


def test_a_new_code_ends_the_one_before(client: FlaskClient, anonymous: FlaskClient) -> None:
    first, second = (client.post("/v1/link-codes", json={}).json["code"] for _ in range(2))
    assert anonymous.post("/v1/devices", json={"code": first}).status_code == 403
    assert anonymous.post("/v1/devices", json={"code": second}).status_code == 201


def test_a_code_expires(
    client: FlaskClient, anonymous: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = client.post("/v1/link-codes", json={}).json["code"]
    monkeypatch.setattr(endpoints, "now", lambda: now() + LIFE)
    assert anonymous.post("/v1/devices", json={"code": code}).status_code == 403


def test_a_code_dies_of_wrong_guesses(client: FlaskClient, anonymous: FlaskClient) -> None:
    code = client.post("/v1/link-codes", json={}).json["code"]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    for _ in range(MAX_GUESSES - 1):
        assert anonymous.post("/v1/devices", json={"code": wrong}).status_code == 403
    assert anonymous.post("/v1/devices", json={"code": code}).status_code == 201
    code = client.post("/v1/link-codes", json={}).json["code"]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    for _ in range(MAX_GUESSES):
        anonymous.post("/v1/devices", json={"code": wrong})
    assert anonymous.post("/v1/devices", json={"code": code}).status_code == 403


def test_one_code_makes_one_device_however_many_send_it_at_once(
    app: Flask, client: FlaskClient
) -> None:
    code = client.post("/v1/link-codes", json={}).json["code"]
    statuses: list[int] = []

    def send() -> None:
        statuses.append(app.test_client().post("/v1/devices", json={"code": code}).status_code)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 403, 403, 403]


def test_a_code_cannot_give_more_than_it_allows(app: Flask, client: FlaskClient) -> None:
    code = client.post("/v1/link-codes", json={"scopes": ["practice"]}).json["code"]
    more = app.test_client().post("/v1/devices", json={"code": code, "scopes": ["account"]})
    assert more.status_code == 422 and "account" in more.json["detail"]
    assert device(app, code=code).get("/v1/devices").status_code == 403
    limited = device(app, scopes=["account"])
    assert limited.post("/v1/link-codes", json={"scopes": ["style"]}).status_code == 422


def test_a_revoked_device_has_no_access(app: Flask, client: FlaskClient) -> None:
    second = device(app, code=client.post("/v1/link-codes", json={}).json["code"])
    lost = client.get("/v1/devices").json["devices"][1]["id"]
    assert client.delete(f"/v1/devices/{lost}").json["id"] == lost
    assert second.get("/v1/devices").status_code == 401
    assert client.delete(f"/v1/devices/{lost}").status_code == 404
    assert len(client.get("/v1/devices").json["devices"]) == 1


def test_a_code_ends_when_a_device_is_revoked(app: Flask, client: FlaskClient) -> None:
    code = client.post("/v1/link-codes", json={}).json["code"]
    its_code = device(app, code=code).post("/v1/link-codes", json={}).json["code"]
    its_id = client.get("/v1/devices").json["devices"][1]["id"]
    assert client.delete(f"/v1/devices/{its_id}").status_code == 200
    answer = app.test_client().post("/v1/devices", json={"code": its_code})
    assert answer.status_code == 403


def test_a_user_has_a_limited_number_of_devices(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.db.devices.MAX_DEVICES", 2)
    assert MAX_DEVICES > 2
    device(app, code=client.post("/v1/link-codes", json={}).json["code"])
    code = client.post("/v1/link-codes", json={}).json["code"]
    assert app.test_client().post("/v1/devices", json={"code": code}).status_code == 409


@pytest.mark.parametrize("body", [{"name": "a\0b"}, {"name": "  "}, {"code": "\0"}, {"code": "é"}])
def test_what_cannot_be_stored_is_refused(anonymous: FlaskClient, body: dict[str, str]) -> None:
    assert anonymous.post("/v1/devices", json=body).status_code == 422


@pytest.mark.parametrize("path", ["/v1/jobs/%00", "/v1/devices/%00", "/v1/kanji/%00"])
def test_an_address_that_cannot_be_looked_for_is_not_found(client: FlaskClient, path: str) -> None:
    method = "DELETE" if "devices" in path else "GET"
    assert client.open(path, method=method).status_code == 404
