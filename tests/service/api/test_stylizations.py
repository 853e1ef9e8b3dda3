import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from service.jobs.options import StylizeOptions
from service.jobs.painter import RESULT, run_job
from service.jobs.store import JobStore
from service.settings import Settings
from style import StylizeConfig, preset
from tests.service.forms import form, picture


def copy_content(folder: Path, job: object, report: Callable[[float], None]) -> None:
    """Stands for the painter, which is not under test."""
    report(0.5)
    (folder / RESULT).write_bytes((folder / "content.png").read_bytes())


def test_a_job_is_painted_and_fetched(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    answer = client.post("/v1/stylizations", data=form(size="128"))
    assert answer.status_code == 202, answer.text
    address = answer.headers["Location"]
    assert client.get(address).json["state"] == "waiting"
    assert client.get(f"{address}/result").status_code == 409
    run_job(queued[0], settings=settings, store=store, paint=copy_content)
    done = client.get(address).json
    assert (done["state"], done["progress"], done["options"]) == ("done", 1.0, {"size": 128})
    result = client.get(done["result"])
    assert result.mimetype == "image/png" and "attachment" in result.headers["Content-Disposition"]
    assert Image.open(io.BytesIO(result.data)).size == (32, 32)
    result.close()
    assert [path.name for path in (settings.jobs_dir / queued[0]).iterdir()] == [RESULT]


def test_options_take_precedence_over_the_preset_of_a_job(client: FlaskClient) -> None:
    fields = {"preset": "sketch", "style_scale": "0.8", "colors": "luminance"}
    options = client.post("/v1/stylizations", data=form(**fields)).json["options"]
    expected = preset("sketch", style_scale=0.8, colors="luminance")
    assert StylizeOptions(**options).config() == expected
    assert expected.content_weight != StylizeConfig().content_weight


def test_a_failed_job_has_a_reason(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    def fail(folder: Path, job: object, report: Callable[[float], None]) -> None:
        raise MemoryError

    address = client.post("/v1/stylizations", data=form()).headers["Location"]
    run_job(queued[0], settings=settings, store=store, paint=fail)
    assert "smaller size" in client.get(address).json["error"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"style": []}, 422),
        ({"other": picture()}, 422),
        ({"size": "1"}, 422),
        ({"preset": "no"}, 422),
        ({"backbone": "vgg"}, 422),
        ({"colors": "x"}, 422),
        ({"content_weight": "-1"}, 422),
        ({"unknown": "1"}, 422),
        ({"content": (io.BytesIO(b"no picture"), "x.png")}, 422),
        ({"content": picture((8, 8))}, 422),
        ({"content": picture(kind="GIF")}, 422),
        ({"content": (io.BytesIO(bytes(60_000)), "x.png")}, 413),
    ],
)
def test_a_bad_form_is_a_problem_and_leaves_no_file(
    client: FlaskClient, settings: Settings, fields: dict[str, object], status: int
) -> None:
    answer = client.post("/v1/stylizations", data=form(**fields))
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert not settings.jobs_dir.exists() or not list(settings.jobs_dir.iterdir())


def test_a_form_of_another_site_is_refused(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/v1/stylizations", data=form(), headers=headers).status_code == 403


def test_a_full_queue_refuses_more(client: FlaskClient) -> None:
    codes = [client.post("/v1/stylizations", data=form()).status_code for _ in range(3)]
    assert codes == [202, 202, 503]
