import gzip
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from data.characters import characters
from data.references.store import load_references
from kanji.recognizer.recognize import SHIPPED, Recognizer
from service.api.app import create_app
from service.db.migrate import head
from service.settings import Settings

MOST_BYTES = 1_400_000  # of the strokes, compressed


def test_the_recognizer_can_be_fetched_and_checked(anonymous: FlaskClient) -> None:
    model = anonymous.get("/v1/model").json
    with anonymous.get(model["url"]) as file:
        assert hashlib.sha256(file.data).hexdigest() == model["sha256"]
        assert len(file.data) == model["bytes"]
        assert "immutable" in file.headers["Cache-Control"]
    assert hashlib.sha256(model["labels"].encode()).hexdigest() == model["label_sha256"]
    rule = ("sure_probability", "likely_probability", "clear")
    assert [model["thresholds"][name] for name in rule] == [0.6, 0.3, 4.0]


def test_the_strokes_of_all_candidates_come_as_one_file(anonymous: FlaskClient) -> None:
    address = anonymous.get("/v1/model").json["references_url"]
    with anonymous.get(address) as plain:
        data = plain.data
    with anonymous.get(address, headers={"Accept-Encoding": "gzip"}) as small:
        assert small.headers["Content-Encoding"] == "gzip" and gzip.decompress(small.data) == data
        assert small.headers["ETag"] != plain.headers["ETag"]
        assert len(small.data) < MOST_BYTES and "immutable" in small.headers["Cache-Control"]
    named = json.loads(data.partition(b"\n")[0])["characters"]
    assert set(named) == {one for one in characters("all+kana") if one in load_references()}


def test_the_strokes_come_from_a_cache_that_can_only_be_read(
    anonymous: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = anonymous.get("/v1/model").json["references_url"]
    with anonymous.get(address) as kept:
        expected = kept.data
    monkeypatch.setattr("service.api.packed_references.cache_dir", lambda: Path("/proc/none"))
    for _ in range(2):
        with anonymous.get(address) as made:
            assert made.data == expected


def test_the_recognizer_is_the_one_of_the_settings(tmp_path: Path) -> None:
    copy = tmp_path / "own.onnx"
    shutil.copy(SHIPPED, copy)
    app = create_app(Settings(data_dir=tmp_path, model=str(copy)), enqueue=lambda _: None)
    model = app.test_client().get("/v1/model").json
    assert app.test_client().get("/readyz").json["recognizer"]
    copy.unlink()
    Recognizer.load.cache_clear()
    assert model["sha256"] == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert not app.test_client().get("/readyz").json["recognizer"]


def test_the_version_names_the_model_and_the_database(anonymous: FlaskClient) -> None:
    version = anonymous.get("/version").json
    assert version["model"] == anonymous.get("/v1/model").json["sha256"]
    assert version["database"] == head()
