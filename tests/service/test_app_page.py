"""The examples of docs/app.md, run in their order against the service."""

import json
import re
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.api.app import openapi_document
from tests.service.databases import both

PAGE = (Path(__file__).parents[2] / "docs/app.md").read_text("utf-8")
EXAMPLE = re.compile(r"```http\n(.*?)```\s+```json\n(.*?)```", re.DOTALL)
NAME = re.compile(r"[A-Z_]{3,}")


def request(client: FlaskClient, text: str, names: dict[str, str]) -> TestResponse:
    """Send a request as the page writes it, with the values of the names in it."""
    text = NAME.sub(lambda found: names.get(found[0], found[0]), text)
    head, _, body = text.strip().partition("\n\n")
    (method, path), *headers = (line.split(maxsplit=1) for line in head.splitlines())
    return client.open(
        path,
        method=method,
        headers={name.rstrip(":"): value for name, value in headers},
        json=json.loads(body) if body else None,
    )


def check(expected: Any, actual: Any, names: dict[str, str], place: str = "") -> None:
    """Assert that an answer has what the page shows of it, and learn the names in it."""
    if isinstance(expected, dict):
        assert set(expected) <= set(actual), place
        for key, value in expected.items():
            check(value, actual[key], names, f"{place}/{key}")
    elif isinstance(expected, list):
        assert len(expected) <= len(actual), place
        for number, value in enumerate(expected):
            check(value, actual[number], names, f"{place}/{number}")
    elif isinstance(expected, str) and NAME.fullmatch(expected):
        names[expected] = actual
    elif isinstance(expected, str) and expected.endswith("…"):
        assert isinstance(actual, str) and actual.startswith(expected[:-1]), place
    else:
        assert actual == expected, place


@both
def test_the_examples_do_what_the_page_says(anonymous: FlaskClient) -> None:
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("```http") == PAGE.count("```json") >= 14
    names: dict[str, str] = {}
    for sent, shown in examples:
        answer = request(anonymous, sent, names)
        assert answer.status_code in (200, 201, 202), (sent, answer.text)
        check(json.loads(shown), answer.get_json(force=True), names, sent.splitlines()[0])
    with anonymous.get(names["MODEL_URL"]) as file:
        assert file.status_code == 200
    again = anonymous.get("/v1/devices", headers={"Authorization": f"Bearer {names['TOKEN']}"})
    assert again.status_code == 401


def test_every_route_is_in_the_table_of_the_service() -> None:
    table = (Path(__file__).parents[2] / "docs/service.md").read_text("utf-8")
    for path, methods in openapi_document()["paths"].items():
        for method, operation in methods.items():
            access = (operation.get("security") or [{"": ["public"]}])[0]
            (scope,) = next(iter(access.values()))
            assert f"| `{method.upper()} {path}` | {scope} |" in table
