"""Writes service/api/examples.json anew: the first good answer to each operation of the API.

Run: python -m tests.service.record_examples
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from PIL import Image

from service.api import examples
from service.api.app import create_app
from service.jobs.painter import run_job
from service.jobs.store import JobStore
from service.settings import Settings
from service.version import NEWEST
from tests.service.api.test_openapi import DOCUMENT, REQUESTS
from tests.service.clients import device
from tests.service.conftest import FakeReader
from tests.service.forms import form
from tests.service.reviews import event, override, send

MOST_ITEMS = 2  # of a list, but for one of words
MOST_LETTERS = 100  # of a string; an address with a hash has 80
LEFT_OUT = ("get_openapi_json", "delete_me")  # the document itself; what ends the token
TOKEN = "hitsujun_" + "x" * 43


def main() -> None:
    """Send the requests that the test of the document sends, and write what was answered."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        client, job = _installation(Settings(Path(folder)))
        strokes = client.get("/v1/kanji/二").json["strokes_url"]
        own = [("get", strokes, {}, 200), ("get", job, {}, 200), ("delete", job, {}, 200)]
        for method, path, options, status in (*REQUESTS, *own):
            id, parameters = _operation(method, path)
            if status >= 300 or id in found or id in LEFT_OUT:
                continue
            answer = client.open(path, method=method.upper(), **options)
            if not answer.is_json:
                continue
            found[id] = {
                **({"parameters": parameters} if parameters else {}),
                **({"body": options["json"]} if "json" in options else {}),
                "answers": {str(answer.status_code): _short(answer.get_json(force=True))},
            }
        found |= _leaving(client)
    found["get_version"]["answers"]["200"]["version"] = NEWEST  # the same in every checkout
    path = Path(examples.__file__).with_name(examples.FILE)
    lines = (f"{json.dumps(id)}: {json.dumps(found[id], ensure_ascii=False)}" for id in found)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _installation(settings: Settings) -> tuple[FlaskClient, str]:
    """The client of a user who has practised, and the address of a picture of theirs."""
    app = create_app(settings, reader=FakeReader(), enqueue=lambda _: None)
    client = device(app, name="Ann's phone")
    first = event("日", misses=1, seconds=6.5, score=81, faulty_strokes=[2])
    send(client, first, event("月", 1), override(first))
    job = client.post("/v1/stylizations", data=form()).headers["Location"]
    store = JobStore(app.extensions["hitsujun"].engine)
    picture = Image.new("RGB", (64, 64))
    run_job(job.split("/")[-1], settings=settings, store=store, paint=lambda *_: picture)
    return client, job


def _leaving(client: FlaskClient) -> dict[str, Any]:
    """The answers after which a client can ask for nothing more."""
    id = client.get("/v1/devices").json["devices"][0]["id"]
    other = device(client.application)
    revoked = client.delete(f"/v1/devices/{id}").json
    return {
        "delete_devices_device_id": {
            "parameters": {"device_id": id},
            "answers": {"200": _short(revoked)},
        },
        "delete_me": {"answers": {"200": _short(other.delete("/v1/me").json)}},
    }


def _operation(method: str, address: str) -> tuple[str, dict[str, Any]]:
    """The id of an operation, and the parameters that an address has for it."""
    path, _, query = address.partition("?")
    for template, operations in DOCUMENT["paths"].items():
        if found := re.fullmatch(re.sub(r"\{(.*?)\}", r"(?P<\1>[^/]+)", template), path):
            pairs = (pair.partition("=") for pair in query.split("&") if pair)
            values = {name: int(text) if text.isdigit() else text for name, _, text in pairs}
            return operations[method]["operationId"], found.groupdict() | values
    raise LookupError(path)


def _short(value: Any) -> Any:
    """An answer with the beginning of its long lists and texts, and without its token."""
    if isinstance(value, list) and not all(isinstance(one, str) for one in value):
        return [_short(one) for one in value[:MOST_ITEMS]]
    if isinstance(value, dict):
        short = {key: _short(one) for key, one in value.items()}
        return short | {"token": TOKEN} if "token" in value else short
    return value[:MOST_LETTERS] if isinstance(value, str) else value


if __name__ == "__main__":
    main()
