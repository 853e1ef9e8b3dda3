import hashlib

from flask.testing import FlaskClient

from service.db.migrate import head


def test_the_recognizer_can_be_fetched_and_checked(anonymous: FlaskClient) -> None:
    model = anonymous.get("/v1/model").json
    with anonymous.get(model["url"]) as file:
        assert hashlib.sha256(file.data).hexdigest() == model["sha256"]
        assert len(file.data) == model["bytes"]
        assert "immutable" in file.headers["Cache-Control"]
    assert hashlib.sha256(model["labels"].encode()).hexdigest() == model["label_sha256"]
    assert model["thresholds"]["sure_probability"] == 0.6


def test_the_version_names_the_model_and_the_database(anonymous: FlaskClient) -> None:
    version = anonymous.get("/version").json
    assert version["model"] == anonymous.get("/v1/model").json["sha256"]
    assert version["database"] == head()
