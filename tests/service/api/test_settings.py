import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from kanji.practice.settings import Settings
from service.db.engine import reading
from service.db.learner_log import StoredLog
from service.db.users import User
from tests.service.api.test_reviews import check_replay
from tests.service.databases import both
from tests.service.reviews import event, send

pytestmark = both


def test_a_new_learner_has_the_defaults(client: FlaskClient) -> None:
    assert client.get("/v1/settings").json == Settings().to_dict()


def test_a_change_leaves_the_other_settings_as_they_are(client: FlaskClient) -> None:
    client.patch("/v1/settings", json={"new_per_day": 3, "decks": ["jlpt-5"]})
    changed = client.patch("/v1/settings", json={"quiet": ["22:00", "07:00"]}).json
    expected = Settings.from_dict(
        {"new_per_day": 3, "decks": ["jlpt-5"], "quiet": ["22:00", "07:00"]}
    )
    assert changed == client.get("/v1/settings").json == expected.to_dict()


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"retention": 0}, ["retention"]),
        ({"retention": -1, "new_per_day": -1, "time_zone": "Mars"}, None),
        ({"decks": ["jlpt-9"]}, ["decks"]),
        ({"decks": ["frequency-" + "9" * 5000]}, ["decks"]),
        ({"decks": ["x"], "retention": 5, "new_per_day": -1}, None),
        ({"day_start": "25:00"}, ["day_start"]),
        ({"leniencey": 1}, ["leniencey"]),
        ([], None),
        (7, [""]),
    ],
)
def test_wrong_settings_are_all_named_and_none_is_changed(
    client: FlaskClient, change: object, fields: list[str] | None
) -> None:
    answer = client.patch("/v1/settings", json=change)
    assert answer.status_code == 422
    problem = answer.get_json(force=True)
    named = [one["pointer"].strip("/") for one in problem["errors"]]
    expected = fields if fields is not None else list(change) if change else [""]  # type: ignore[call-overload]
    assert sorted(named) == sorted(expected)
    assert client.get("/v1/settings").json == Settings().to_dict()


def test_a_change_of_the_rules_replays_the_log(client: FlaskClient, engine: Engine) -> None:
    send(client, *(event("日", days) for days in (0, 0.1, 1, 5, 15)))

    def due() -> object:
        with reading(engine) as session:
            (user,) = session.query(User)
            card = StoredLog(session, user).all_progress()["日"].card
        return card and card.due

    before = due()
    client.patch("/v1/settings", json={"retention": 0.8})
    assert due() != before
    check_replay(engine)
    client.patch("/v1/settings", json={"retention": 0.9, "new_per_day": 1})
    assert due() == before
