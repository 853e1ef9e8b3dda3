from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from service.db.engine import reading
from service.settings import Settings
from tests.service.clients import device
from tests.service.databases import TABLES, both
from tests.service.forms import form

pytestmark = both


def rows(engine: Engine) -> dict[str, int]:
    with reading(engine) as session:
        return {
            table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in TABLES
        }


def test_everything_of_a_user_is_deleted_and_nothing_of_others(
    app: Flask, client: FlaskClient, engine: Engine, settings: Settings
) -> None:
    other = device(app)
    before = rows(engine)
    leaving = device(app)
    leaving.post("/v1/stylizations", data=form(size="64"))
    leaving.post("/v1/link-codes", json={})
    receipt = leaving.delete("/v1/me")
    assert receipt.status_code == 200, receipt.text
    deleted = {table: count for table, count in receipt.json["deleted"].items() if count}
    assert deleted == {"users": 1, "devices": 1, "link_codes": 1, "jobs": 1}
    assert rows(engine) == before
    assert list(settings.jobs_dir.iterdir()) == []
    assert leaving.get("/v1/devices").status_code == 401
    assert other.get("/v1/devices").status_code == 200
