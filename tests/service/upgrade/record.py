"""Writes the installation that tests/service/test_upgrade.py opens, by code of an earlier commit.

    git worktree add /tmp/before ae1cca2 && cd /tmp/before
    PYTHONPATH=. python .../tests/service/upgrade/record.py .../tests/service/upgrade/ae1cca2

Everything is imported from that commit: nothing here is of today. The folder gets `database.sql`,
`data/` (the other files of the data folder), `cache/`, of a few kanji, and `answers.json`: what the
learner was answered, and the token of one device.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from PIL import Image

from data.references import store as references
from data.references.kanjivg import LICENCE, KanjiVG
from service.api.app import create_app
from service.jobs.painter import run_job
from service.jobs.store import JobStore
from service.settings import Settings
from tests.service.clients import device
from tests.service.conftest import FakeReader
from tests.service.forms import form
from tests.service.reviews import event, override, send, skip, undo

KANJI = "一二三日目月火水木金土"
DATABASE = "hitsujun.sqlite"
LINE = {"x": [10, 50, 95], "y": [50, 49, 48], "t": [0, 8, 16]}
SETTINGS = {
    "decks": ["jlpt-5"],
    "time_zone": "Asia/Tokyo",
    "day_start": "04:00",
    "new_per_day": 7,
    "retention": 0.85,
    "quiet": ["22:00", "07:00"],
    "keep_ink": True,
}
ASKED = ("/v1/settings", "/v1/stats", "/v1/reviews?after=0&limit=100", "/v1/devices")


def main(target: Path) -> None:
    """Practise, paint, and write down what there is afterwards."""
    shutil.rmtree(target, ignore_errors=True)
    os.environ["HITSUJUN_CACHE"] = str(target / "cache")
    _write_references()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        app = create_app(settings, reader=FakeReader(), enqueue=lambda _: None)
        client = device(app, name="Ann's phone")
        answers = _answers(client, _jobs(app, client, settings))
        app.extensions["hitsujun"].engine.dispose()
        _keep(Path(folder), target)
    text = json.dumps(answers, ensure_ascii=False, indent=1)
    (target / "answers.json").write_text(text + "\n", "utf-8")


def _write_references() -> None:
    """The set `ja` with KANJI alone, in the cache."""
    kanjivg = KanjiVG()
    kanjivg._files = {c: kanjivg._files[c] for c in sorted(KANJI)}
    facts = {"name": "ja", "source": kanjivg.source, "licence": LICENCE, "sha256": "0" * 64}
    references.write_references(references.references_path("ja"), kanjivg, facts=facts)


def _answers(client: FlaskClient, jobs: dict[str, str]) -> dict[str, Any]:
    """What the learner is answered after some practice."""
    settings = client.patch("/v1/settings", json=SETTINGS)
    assert settings.status_code == 200, settings.text
    first, slip = event("日", seconds=5.5, score=91), event("月", 1, misses=1, faulty_strokes=[2])
    mistaken = event("火", 2)
    drawn = event("水", 2, ink={"strokes": [LINE, LINE]})
    later = [event(one, 3 + day) for day, one in enumerate("日月火水木金")]
    events = [first, slip, override(slip), mistaken, undo(mistaken), drawn, skip("土", 2), *later]
    assert set(send(client, *events)) == {"stored"}
    asked = {path: client.get(path).json for path in ASKED}
    assert client.get("/v1/queue").json["cards"]  # for which look-alikes are found, and kept
    export = client.get("/v1/me/export").json
    now = datetime.now(UTC).isoformat(timespec="seconds")
    token = client.environ_base["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    return {"now": now, "token": token, "jobs": jobs, "answers": asked, "export": export}


def _jobs(app: Any, client: FlaskClient, settings: Settings) -> dict[str, str]:
    """The ids of a job that is painted, one that failed, and one that waits, by their states."""
    store = JobStore(app.extensions["hitsujun"].engine)
    ids = [
        client.post("/v1/stylizations", data=form(size="64")).headers["Location"].split("/")[-1]
        for _ in range(3)
    ]
    picture = Image.new("RGB", (64, 64), "blue")
    run_job(ids[0], settings=settings, store=store, paint=lambda *_: picture)
    run_job(ids[1], settings=settings, store=store, paint=_fail)
    return dict(zip(("done", "failed", "waiting"), ids, strict=True))


def _fail(*_: object) -> Image.Image:
    raise ValueError("the picture is too narrow")


def _keep(data: Path, target: Path) -> None:
    """The database as SQL, the other files as they are."""
    with sqlite3.connect(data / DATABASE) as connection:
        (target / "database.sql").write_text("\n".join(connection.iterdump()) + "\n", "utf-8")
    shutil.copytree(data, target / "data", ignore=shutil.ignore_patterns(f"{DATABASE}*", "*.lock"))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
