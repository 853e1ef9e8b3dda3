import csv
import io
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.service.clients import device
from tests.service.databases import both
from tests.service.reviews import event, override, send

pytestmark = both


def test_the_export_has_everything_and_no_token(app: Flask, client: FlaskClient) -> None:
    device(app, code=client.post("/v1/link-codes", json={}).json["code"], name="tablet")
    client.patch("/v1/settings", json={"new_per_day": 2})
    send(client, event("日"), event("月"))
    answer = client.get("/v1/me/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hitsujun.json"'
    everything = answer.json
    assert everything["events"] == client.get("/v1/reviews").json["events"]
    assert everything["settings"] == client.get("/v1/settings").json
    assert everything["devices"] == client.get("/v1/devices").json["devices"]
    assert client.environ_base["HTTP_AUTHORIZATION"].split()[1] not in answer.text


def test_another_user_can_take_in_what_was_exported(app: Flask, client: FlaskClient) -> None:
    send(client, event("日", misses=1, seconds=3.5), event("月", 1))
    fields = {"number", "device", "received_at"}
    events = [
        {name: value for name, value in one.items() if name not in fields}
        for one in client.get("/v1/me/export").json["events"]
    ]
    other = device(app)
    assert send(other, *events) == ["stored", "stored"]
    assert other.get("/v1/stats").json == client.get("/v1/stats").json


def test_the_attempts_are_exported_as_csv(client: FlaskClient) -> None:
    first = event("日", misses=2, faulty_strokes=[0, 3])
    send(client, event("月", 1, seconds=2.5), first, override(first, "easy"))
    answer = client.get("/v1/me/export?format=csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(r["kanji"], r["rating"], r["graded"]) for r in rows] == [
        ("日", "easy", "hard"),
        ("月", "good", "good"),
    ]
    assert rows[0]["faulty_strokes"] == "0 3" and rows[0]["id"] == first["id"]


def test_the_kanji_are_exported_as_a_deck_for_anki(client: FlaskClient, tmp_path: Path) -> None:
    pytest.importorskip("genanki")
    send(client, event("日"), event("月"))
    answer = client.get("/v1/me/export?format=apkg")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        package.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    notes = [fields.split("\x1f") for (fields,) in connection.execute("SELECT flds FROM notes")]
    connection.close()
    assert sorted(note[0] for note in notes) == ["日", "月"]
    assert all("day" in note[1] for note in notes if note[0] == "日")


def test_without_genanki_there_is_no_deck(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "genanki", None)
    answer = client.get("/v1/me/export?format=apkg")
    assert answer.status_code == 503 and "hitsujun[anki]" in answer.json["detail"]
    assert "Retry-After" not in answer.headers
