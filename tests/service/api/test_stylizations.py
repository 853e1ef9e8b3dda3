import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine

from service.api import stylizations
from service.api.app import create_app
from service.api.dependencies import dependencies
from service.blobs import open_blobs
from service.errors import UnknownJob
from service.jobs.folders import folder_name, job_folder
from service.jobs.options import StylizeOptions
from service.jobs.painter import Report, run_job
from service.jobs.store import JobStore
from service.settings import Settings
from style import StylizeConfig, preset
from style.pictures.files import open_picture
from tests.service.clients import device
from tests.service.forms import form, picture


def copy_content(folder: Path, job: object, report: Report) -> Image.Image:
    """Stands for the painter, which is not under test."""
    report(0.1)
    report(0.9)
    return open_picture(folder / "content-0.png")


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
    (kept,) = job_folder(settings.jobs_dir, queued[0]).iterdir()
    assert kept.stem == result.get_etag()[0]


def test_options_take_precedence_over_the_preset_of_a_job(client: FlaskClient) -> None:
    fields = {"preset": "sketch", "style_scale": "0.8", "colors": "luminance"}
    options = client.post("/v1/stylizations", data=form(**fields)).json["options"]
    expected = preset("sketch", style_scale=0.8, colors="luminance")
    assert StylizeOptions(**options).config() == expected
    assert expected.method != StylizeConfig().method


def test_a_failed_job_has_a_reason(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    def fail(folder: Path, job: object, report: Report) -> Image.Image:
        raise MemoryError

    address = client.post("/v1/stylizations", data=form()).headers["Location"]
    run_job(queued[0], settings=settings, store=store, paint=fail)
    job = client.get(address).json
    assert "smaller size" in job["error"] and job["error_code"] == "out-of-memory"


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
        ({"strength": "2"}, 422),
        ({"strength": "0.7", "content_weight": "0.1"}, 422),
        ({"method": "gats"}, 422),
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


def finished(client: FlaskClient, queued: list[str], settings: Settings, store: JobStore) -> str:
    """The address of a job that is done."""
    address: str = client.post("/v1/stylizations", data=form()).headers["Location"]
    run_job(queued[-1], settings=settings, store=store, paint=copy_content)
    return address


def test_a_dream_is_a_job_like_any_other(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    fields = {"content": picture(), "size": "96", "steps": "2", "layer": "relu4_1"}
    answer = client.post("/v1/dreams", data=fields)
    assert answer.status_code == 202, answer.text
    run_job(queued[0], settings=settings, store=store, paint=copy_content)
    done = client.get(answer.headers["Location"]).json
    assert (done["kind"], done["state"]) == ("dream", "done")
    assert done["options"] == {"size": 96, "steps": 2, "layer": "relu4_1"}


@pytest.mark.parametrize("fields", [{"style": picture()}, {"layer": "none", "class": "hen"}])
def test_a_bad_form_of_a_dream_is_a_problem(client: FlaskClient, fields: dict[str, object]) -> None:
    answer = client.post("/v1/dreams", data={"content": picture(), **fields})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_job_that_would_take_too_long_is_refused_with_what_is_accepted(
    client: FlaskClient, settings: Settings
) -> None:
    large = picture((1200, 800))
    fields = {"size": "1200", "steps": "2000", "content": large}
    answer = client.post("/v1/stylizations", data=form(**fields))
    assert answer.status_code == 422 and answer.json["type"].endswith("too-costly")
    steps, size = re.findall(r"(?:steps|size)=(\d+)", answer.json["detail"])
    for accepted in ({"steps": steps}, {"size": size}):
        fields |= {"content": picture((1200, 800))}
        assert client.post("/v1/stylizations", data=form(**(fields | accepted))).status_code == 202


def test_the_first_finished_job_shows_how_fast_this_machine_is(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    fields = {"size": "1200", "steps": "2000"}
    finished(client, queued, settings, store)  # in next to no time
    answer = client.post("/v1/stylizations", data=form(**fields, content=picture((1200, 800))))
    assert answer.status_code == 202, answer.text


def test_the_time_left_is_that_of_the_jobs_before_and_of_the_job(
    client: FlaskClient, queued: list[str], store: JobStore
) -> None:
    for _ in range(2):
        client.post("/v1/stylizations", data=form())
    first, second = (client.get(f"/v1/jobs/{job_id}").json["seconds_left"] for job_id in queued)
    assert first > 0 and second == pytest.approx(2 * first, rel=0.01, abs=0.2)
    job = store.claim(queued[0])
    assert job is not None
    store.report(job, progress=0.5, started=store.now() - 30)
    running = client.get(f"/v1/jobs/{queued[0]}").json
    assert running["seconds_left"] == pytest.approx(30, abs=2)


def test_a_preview_shows_a_picture_while_it_is_painted(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    address = client.post("/v1/stylizations", data=form()).headers["Location"]
    assert client.get(address).json["preview"] is None
    assert client.get(f"{address}/preview").status_code == 409
    seen: list[tuple[int, int]] = []

    def look(folder: Path, job: object, report: Report) -> Image.Image:
        image = open_picture(folder / "content-0.png").resize((600, 300))
        report(0.5, lambda: image)
        with client.get(client.get(address).json["preview"]) as answer:
            seen.append(Image.open(io.BytesIO(answer.data)).size)
        return image

    run_job(queued[0], settings=settings, store=store, paint=look)
    assert seen == [(256, 128)]
    assert client.get(address).json["preview"] is None


def test_a_job_that_is_cancelled_leaves_no_file(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    done = finished(client, queued, settings, store)
    waiting = client.post("/v1/stylizations", data=form()).headers["Location"]
    for address in (waiting, done, done):
        answer = client.delete(address)
        assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
        result = client.get(f"{address}/result")
        assert result.status_code == 409 and "it has no picture" in result.json["detail"]
    assert list(settings.jobs_dir.iterdir()) == []


def test_a_job_that_is_cancelled_while_it_is_painted_stays_cancelled(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    address = client.post("/v1/stylizations", data=form()).headers["Location"]

    def paint(folder: Path, job: object, report: Report) -> Image.Image:
        image = open_picture(folder / "content-0.png")
        client.delete(address)
        return image

    run_job(queued[0], settings=settings, store=store, paint=paint)
    assert client.get(address).json["state"] == "cancelled"
    assert list(settings.jobs_dir.iterdir()) == []


def test_nobody_else_can_cancel_a_job_or_see_its_preview(client: FlaskClient) -> None:
    address = client.post("/v1/stylizations", data=form()).headers["Location"]
    other = device(client.application)
    for answer in (other.delete(address), other.get(f"{address}/preview"), other.get(address)):
        assert answer.status_code == 404
    assert client.get(address).json["state"] == "waiting"


def test_a_picture_is_sent_once_and_in_parts(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    job = finished(client, queued, settings, store)
    path = client.get(job).json["result"]
    with client.get(f"{job}/result") as whole:
        tag, data = whole.headers["ETag"], whole.data
    assert hashlib.sha256(data).hexdigest() == tag.strip('"')
    with client.get(path, headers={"If-None-Match": tag}) as known:
        assert known.status_code == 304 and known.data == b""
    with client.get(path, headers={"If-Match": '"another"'}) as changed:
        assert (changed.status_code, changed.mimetype) == (412, "application/problem+json")
        assert "If-Match" in changed.json["detail"] and "ETag" not in changed.headers
    with client.get(path, headers={"Range": "bytes=10-19", "If-Range": tag}) as part:
        assert (part.status_code, part.data) == (206, data[10:20])
    for ignored in ("lines=1-2", "bytes=9-x", "bytes=0-1,4-5"):
        with client.get(path, headers={"Range": ignored}) as all_of_it:
            assert (all_of_it.status_code, all_of_it.data) == (200, data)
    beyond = client.get(path, headers={"Range": "bytes=99999999-"})
    assert beyond.status_code == 416
    with device(client.application).get(path) as other:
        assert other.status_code == 404
    (stored,) = job_folder(settings.jobs_dir, queued[0]).iterdir()
    stored.unlink()  # the disk was restored from an older copy
    gone = client.get(path)  # for good: to ask again would be of no use
    assert gone.status_code == 404 and "order it again" in gone.json["detail"]


def test_pictures_can_be_in_an_object_store(
    settings: Settings, engine: Engine, queued: list[str], store: JobStore
) -> None:
    pytest.importorskip("obstore")
    settings = replace(settings, blobs_url="memory:///")
    app = create_app(settings, enqueue=queued.append)
    client = device(app)
    path = client.get(finished(client, queued, settings, store)).json["result"]
    with client.get(path) as whole:
        data = whole.data
    assert Image.open(io.BytesIO(data)).size == (32, 32)
    with client.get(path, headers={"Range": "bytes=-20"}) as part:
        assert (part.status_code, part.data) == (206, data[-20:])
    assert len(list(open_blobs(settings).files())) == 1  # the uploads are gone
    assert not settings.jobs_dir.exists() and list(settings.work_dir.iterdir()) == []
    client.delete(f"/v1/jobs/{queued[0]}")
    assert list(open_blobs(settings).files()) == []
    with app.app_context():
        dependencies().engine.dispose()


def test_one_user_cannot_fill_the_queue(
    settings: Settings, engine: Engine, queued: list[str], store: JobStore
) -> None:
    app = create_app(replace(settings, max_user_jobs=1), enqueue=queued.append)
    first, second = device(app), device(app)
    assert first.post("/v1/stylizations", data=form()).status_code == 202
    refused = first.post("/v1/stylizations", data=form())
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert second.post("/v1/stylizations", data=form()).status_code == 202
    store.cancel(queued[0])
    assert first.post("/v1/dreams", data={"content": picture()}).status_code == 202
    with app.app_context():
        dependencies().engine.dispose()


def test_of_the_finished_jobs_of_a_user_the_newest_stay(
    settings: Settings, engine: Engine, queued: list[str], store: JobStore
) -> None:
    app = create_app(replace(settings, max_user_pictures=2), enqueue=queued.append)
    first, second = device(app), device(app)
    assert second.post("/v1/stylizations", data=form()).status_code == 202
    store.cancel(queued[0])
    for _ in range(4):
        assert first.post("/v1/stylizations", data=form()).status_code == 202
        store.cancel(queued[-1])
    kept = [job_id for job_id in queued if has_job(store, job_id)]
    assert kept == [queued[0], *queued[-3:]]  # two when the last one was ordered, and that one
    folders = {file.name.partition("/")[0] for file in open_blobs(settings).files()}
    assert folders <= {folder_name(job_id) for job_id in kept}
    with app.app_context():
        dependencies().engine.dispose()


def has_job(store: JobStore, job_id: str) -> bool:
    try:
        return bool(store.get(job_id))
    except UnknownJob:
        return False


def test_a_job_of_a_user_who_is_deleted_meanwhile_is_not_stored(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = stylizations._store_pictures

    def deleting(*arguments: Any) -> None:
        assert client.delete("/v1/me").status_code == 200
        stored(*arguments)

    monkeypatch.setattr(stylizations, "_store_pictures", deleting)
    assert client.post("/v1/stylizations", data=form()).status_code == 401
    assert list(open_blobs(settings).files()) == []


def test_readyz_says_when_a_worker_was_last_seen(client: FlaskClient, store: JobStore) -> None:
    assert client.get("/readyz").json["painter_age_seconds"] is None
    store.beat("painter", started=store.now())
    assert 0 <= client.get("/readyz").json["painter_age_seconds"] < 60


def test_a_fast_style_is_painted_at_once_and_no_painter_is_waited_for(
    client: FlaskClient, queued: list[str]
) -> None:
    fields = {"content": picture((96, 64)), "fast": "wave=0.7,sumi=0.3", "size": "80"}
    answer = client.post("/v1/stylizations", data=fields | {"strength": "0.8"})
    assert answer.status_code == 202, answer.text
    assert answer.json["options"] == {"fast": "wave=0.7,sumi=0.3", "strength": 0.8, "size": 80}
    assert answer.json["state"] == "done" and queued == []
    with client.get(answer.json["result"]) as result:
        painted = Image.open(io.BytesIO(result.data)).convert("RGB")
    assert painted.size == (80, 53)
    assert painted.getpixel((40, 26)) != (255, 0, 0)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"fast": "wve"}, "did you mean wave"),
        ({"fast": "wave", "steps": "3"}, "fast has no steps"),
        ({"fast": "wave", "colors": "matched"}, "fast styles allow"),
        ({"fast": "wave", "style": picture()}, "either pictures as style, or fast"),
        ({}, "either pictures as style, or fast"),
    ],
)
def test_a_bad_order_of_a_fast_style_says_what_is_allowed(
    client: FlaskClient, settings: Settings, fields: dict[str, object], said: str
) -> None:
    answer = client.post("/v1/stylizations", data={"content": picture(), **fields})
    assert answer.status_code == 422 and said in answer.json["detail"]
    assert not settings.jobs_dir.exists() or not list(settings.jobs_dir.iterdir())
