"""The files of the page: vendored ones are what they say, and the first load is small."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.api.pages import STATIC, lazy_files, shell_files

MOST_BYTES = 200_000  # of the first load, compressed
VENDORED = json.loads((STATIC / "vendor" / "vendored.json").read_text("utf-8"))
NOTICE = Path(__file__).parents[3] / "NOTICE"


@pytest.mark.parametrize("entry", VENDORED, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_what_its_entry_says(entry: dict[str, str]) -> None:
    content = (STATIC / "vendor" / entry["file"]).read_bytes()
    if entry.get("packed") == "gzip":
        content = gzip.decompress(content)
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert entry["version"] in entry["file"] and entry["licence"]
    notice = NOTICE.read_text("utf-8")
    assert f"{entry['package']} {entry['version']}" in notice and entry["copyright"] in notice


def test_every_vendored_file_has_an_entry() -> None:
    vendor = STATIC / "vendor"
    files = {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()}
    others = {name for name in files if name.endswith((".LICENSE.txt", ".json"))}
    assert files - others == {entry["file"] for entry in VENDORED}


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


def test_the_recognizer_is_no_part_of_the_first_load(client: FlaskClient) -> None:
    assert lazy_files() and not set(lazy_files()) & set(shell_files())
    (packed,) = [path for path in lazy_files() if path.suffix == ".gz"]
    answer = client.get(f"/static/{packed.relative_to(STATIC)}")
    sent = (answer.mimetype, answer.headers["Content-Encoding"])
    answer.close()
    assert sent == ("application/wasm", "gzip")  # so the browser unpacks it


def test_the_service_worker_keeps_every_file_that_a_module_imports(client: FlaskClient) -> None:
    answer = client.get("/service-worker.js")
    kept: set[str] = set()
    for name in ("SHELL", "LAZY"):
        kept |= set(json.loads(re.search(rf"{name} = (\[.*?\]);", answer.text, re.DOTALL)[1]))  # type: ignore[index]
    for folder in ("app", "grader"):
        for path in (STATIC / folder).rglob("*.js"):
            for file in _imported(path):
                assert f"/static/{file.relative_to(STATIC).as_posix()}" in kept, file
    again = client.get("/service-worker.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def _imported(path: Path) -> Iterator[Path]:
    """The files that a module imports, or names as a file of the page."""
    code = path.read_text("utf-8")
    named = re.findall(r'(?:from |import\()"([^"]+)"|"(/static/[^"]+)"', code)
    for name in ("".join(pair) for pair in named):
        yield (STATIC.parent / name[1:] if name[0] == "/" else path.parent / name).resolve()
