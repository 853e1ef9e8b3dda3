import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from service.api.app import create_app
from service.settings import Settings

STROKE = {"x": [20, 50, 80], "y": [30, 29, 28]}


def test_the_page_runs_no_inline_script(client: FlaskClient) -> None:
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy.replace("'wasm-unsafe-eval'", "")  # for the recognizer
    assert "onclick" not in page.text and "style=" not in page.text
    for path in ("/static/app/main.js", "/static/app/frame.css", "/static/icon.svg"):
        file = client.get(path)
        assert file.status_code == 200
        file.close()
    page.close()


def test_the_service_answers_whether_it_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200 and ready.json["recognizer"] is True


def test_the_web_process_never_imports_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from service.api.app import create_app;"
        "from service.settings import Settings;"
        f"create_app(Settings(data_dir=Path({str(tmp_path)!r})));"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_limit_of_a_body_is_a_setting(settings: Settings) -> None:
    app = create_app(replace(settings, max_json_bytes=10), enqueue=lambda job_id: None)
    answer = app.test_client().post("/v1/recognize", json={"strokes": [STROKE]})
    assert answer.status_code == 413


def test_the_web_process_works_without_scipy(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from service.api.app import create_app;"
        "from service.api.warm_up import warm_up; from service.settings import Settings;"
        f"app = create_app(Settings(data_dir=Path({str(tmp_path)!r}))); warm_up();"
        "client = app.test_client();"
        f"strokes = [{STROKE!r}] * 2;"
        "graded = client.post('/v1/grade', json={'character': '三', 'strokes': strokes});"
        "read = client.post('/v1/recognize', json={'strokes': strokes});"
        "assert (graded.status_code, read.status_code) == (200, 200);"
        "sys.exit('scipy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
