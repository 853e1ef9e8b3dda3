import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image

from service.api import queue as queue_endpoint
from service.jobs.folders import job_folder
from service.jobs.painter import run_job
from service.jobs.store import JobStore
from service.settings import Settings
from style.pictures.files import open_picture
from tests.service.forms import picture
from tests.service.reviews import START

SMALL = {"size": "320x640", "painted": False}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The queue's time is an hour after START."""
    monkeypatch.setattr(queue_endpoint, "now", lambda: START + timedelta(hours=1))
    yield


def order(client: FlaskClient, **fields: object) -> dict[str, object]:
    """The job of a wallpaper that is ordered as JSON."""
    answer = client.post("/v1/wallpapers", json=SMALL | fields)
    assert answer.status_code == 202, answer.text
    job: dict[str, object] = answer.json
    return job


def result(client: FlaskClient, job: dict[str, object]) -> bytes:
    with client.get(str(job["result"])) as answer:
        assert answer.mimetype == "image/png"
        return answer.data


def test_a_wallpaper_that_is_not_painted_is_there_at_once(
    client: FlaskClient, queued: list[str]
) -> None:
    job = order(client, characters="山", pattern="yama", palette="kaki", reading=True)
    assert (job["state"], job["progress"], job["seconds_left"]) == ("done", 1.0, None)
    assert Image.open(io.BytesIO(result(client, job))).size == (320, 640)
    assert queued == []


def test_without_characters_it_is_the_next_kanji_of_the_queue(client: FlaskClient) -> None:
    first = client.get("/v1/queue").json["cards"][0]["kanji"]
    assert order(client)["options"]["characters"] == first  # type: ignore[index]


def test_a_kanji_of_a_deck_is_chosen_by_the_seed(client: FlaskClient) -> None:
    chosen = [
        order(client, deck="山川空海", seed=seed)["options"]["characters"]  # type: ignore[index]
        for seed in (1, 2)
    ]
    assert len(set(chosen)) == 2 and set(chosen) <= set("山川空海")


def test_a_drawing_is_broad_where_the_pen_was_pressed(client: FlaskClient) -> None:
    line = {"x": [10, 30, 50, 70, 95], "y": [50, 50, 49, 48, 48]}
    pressed = [[200, 400, 600, 800, 1000], [1000, 800, 600, 400, 200]]
    strokes = [[line], *([line | {"pressure": one}] for one in pressed)]
    drawn = (order(client, characters="一", strokes=one, painted=False) for one in strokes)
    assert len({one["result"] for one in drawn}) == 3
    for wrong in ([1], [1, 2, 3, 4, 1001]):
        body = {"characters": "一", "strokes": [line | {"pressure": wrong}]}
        assert client.post("/v1/wallpapers", json=body).status_code == 422


def test_an_own_drawing_is_in_no_answer(client: FlaskClient) -> None:
    strokes = [{"x": [10, 50, 95], "y": [50, 49, 48], "t": [0, 100, 150]}]
    own = order(client, characters="頰", strokes=strokes)  # an old form, written as the usual one
    assert own["options"] == SMALL | {"characters": "頬"}


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"characters": "☃"}, "/characters"),
        ({"characters": "一二三四五"}, "/characters"),
        ({"deck": "jlpt-9"}, "/deck"),
        ({"size": "10x10"}, "/size"),
        ({"pattern": "tartan"}, "/pattern"),
        ({"palette": "beige"}, "/palette"),
        ({"steps": 0}, "/steps"),
        ({"unknown": 1}, "/unknown"),
        ({"strokes": [{"x": [0], "y": [0]}]}, "/"),
        ({"characters": "一", "deck": "joyo"}, "/"),
        ({"size": "4000x4000"}, "/"),
    ],
)
def test_a_bad_order_names_its_field_and_leaves_no_file(
    client: FlaskClient, settings: Settings, fields: dict[str, object], pointer: str
) -> None:
    answer = client.post("/v1/wallpapers", json=fields)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert not settings.jobs_dir.exists() or not list(settings.jobs_dir.iterdir())


def test_a_painted_wallpaper_has_a_preview_before_anybody_paints(
    client: FlaskClient, queued: list[str], settings: Settings
) -> None:
    job = order(client, characters="山", painted=True)
    assert job["state"] == "waiting" and queued == [job["id"]]
    with client.get(str(job["preview"])) as preview:
        assert Image.open(io.BytesIO(preview.data)).size == (320, 640)
    names = {path.name for path in job_folder(settings.jobs_dir, queued[0]).iterdir()}
    assert names == {
        "content-0.png", "kanji-0.png", "style-0.png", "palette.json", "preview.jpg",
    }  # fmt: skip


def test_a_photograph_and_a_style_come_as_a_form(
    client: FlaskClient, queued: list[str], settings: Settings
) -> None:
    fields = {"characters": "山", "size": "320x640", "painting_px": "256"}
    answer = client.post(
        "/v1/wallpapers", data={**fields, "photo": picture((64, 48)), "style": picture((40, 40))}
    )
    assert answer.status_code == 202, answer.text
    assert answer.json["options"] == fields | {"painting_px": 256}
    folder = job_folder(settings.jobs_dir, queued[0])
    assert open_picture(folder / "style-0.png").size == (40, 40)
    assert open_picture(folder / "content-0.png").getpixel((10, 600)) == (255, 0, 0)
    assert json.loads((folder / "palette.json").read_text("ascii"))["ink"]
    assert not [path for path in folder.iterdir() if path.name.startswith("upload")]


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"photo": (io.BytesIO(b"no picture"), "x.png")}, 422),
        ({"content": picture()}, 422),
        ({"photo": [picture(), picture()]}, 422),
        ({"photo": (io.BytesIO(bytes(60_000)), "x.png")}, 413),
    ],
)
def test_a_bad_picture_is_a_problem_and_leaves_no_file(
    client: FlaskClient, settings: Settings, files: dict[str, object], status: int
) -> None:
    answer = client.post("/v1/wallpapers", data={"characters": "山", **files})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert not settings.jobs_dir.exists() or not list(settings.jobs_dir.iterdir())


def test_another_body_and_another_site_are_refused(client: FlaskClient) -> None:
    assert client.post("/v1/wallpapers", data="山", content_type="text/plain").status_code == 415
    headers = {"Sec-Fetch-Site": "cross-site"}
    form = {"characters": "山", "painted": "false", "photo": picture()}
    assert client.post("/v1/wallpapers", data=form, headers=headers).status_code == 403


def test_a_wallpaper_that_would_take_too_long_is_refused(client: FlaskClient) -> None:
    answer = client.post(
        "/v1/wallpapers", json={"characters": "山", "painting_px": 2048, "steps": 500}
    )
    assert answer.status_code == 422 and answer.json["type"].endswith("too-costly")


def test_the_job_of_a_wallpaper_runs_like_any_other(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    job = order(client, characters="山", painted=True)
    run_job(
        queued[0],
        settings=settings,
        store=store,
        paint=lambda folder, job, report: open_picture(folder / "content-0.png"),
    )
    done = client.get(f"/v1/jobs/{job['id']}").json
    assert (done["kind"], done["state"], done["preview"]) == ("wallpaper", "done", None)
    (kept,) = job_folder(settings.jobs_dir, queued[0]).iterdir()
    assert kept.suffix == ".png"


def test_a_wallpaper_in_a_fast_style_is_there_at_once(
    client: FlaskClient, queued: list[str]
) -> None:
    fields = {"size": "320x640", "characters": "山", "fast": "starry-night"}
    answer = client.post("/v1/wallpapers", json=fields)
    assert (answer.status_code, answer.json["state"], queued) == (202, "done", [])
    refused = client.post("/v1/wallpapers", json=fields | {"painted": False})
    assert refused.status_code == 422 and "either fast" in refused.json["detail"]


@pytest.mark.parametrize(
    "option",
    [{"strength": 0.5}, {"steps": 5}, {"content_weight": 2.0}, {"style_pattern": "washi"}],
)
def test_a_fast_style_refuses_what_only_the_painter_reads(
    client: FlaskClient, option: dict[str, object]
) -> None:
    answer = client.post("/v1/wallpapers", json={"characters": "山", "fast": "wave"} | option)
    assert answer.status_code == 422
    assert f"fast has no {next(iter(option))}" in answer.json["detail"]
