"""The files of the page: vendored ones are what they say, and the first load is small."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.api.pages import STATIC, shell_files

MOST_BYTES = 200_000  # of the first load, compressed
VENDORED = json.loads((STATIC / "vendor" / "vendored.json").read_text("utf-8"))
NOTICE = Path(__file__).parents[3] / "NOTICE"


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["package"])
def test_a_vendored_file_is_what_its_entry_says(entry: dict[str, str]) -> None:
    content = (STATIC / "vendor" / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"] in entry["file"] and entry["licence"]
    notice = NOTICE.read_text("utf-8")
    assert f"{entry['package']} {entry['version']}" in notice and entry["copyright"] in notice


def test_every_vendored_file_has_an_entry() -> None:
    files = {path.name for path in (STATIC / "vendor").glob("*.js")}
    assert files == {entry["file"] for entry in VENDORED}


def test_all_files_of_the_page_are_small_enough_for_a_first_load() -> None:
    assert sum(len(gzip.compress(path.read_bytes())) for path in shell_files()) <= MOST_BYTES


def test_the_page_names_the_modules_of_its_first_view(client: FlaskClient) -> None:
    answer = client.get("/")
    named = re.findall(r'rel="modulepreload" href="/static/([^"]+)"', answer.text)
    assert {"app/main.js", "app/views/practice.js", "app/canvas/paper.js"} <= set(named)
    assert "app/views/settings.js" not in named and len(named) == len(set(named))
    assert all((STATIC / name).exists() for name in named)
    again = client.get("/", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_service_worker_keeps_every_file_that_a_module_imports(client: FlaskClient) -> None:
    answer = client.get("/service-worker.js")
    shell = set(json.loads(re.search(r"SHELL = (\[.*?\]);", answer.text, re.DOTALL)[1]))  # type: ignore[index]
    for path in (STATIC / "app").rglob("*.js"):
        for name in re.findall(r'(?:from |import\()"([^"]+)"', path.read_text("utf-8")):
            file = STATIC.parent / name[1:] if name[0] == "/" else path.parent / name
            assert f"/static/{file.resolve().relative_to(STATIC).as_posix()}" in shell, name
    again = client.get("/service-worker.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
