import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from service.api.app import create_app
from service.errors import JobLost, SettingsError
from service.jobs.options import StylizeOptions
from service.jobs.painter import RESULT, run_job
from service.jobs.queue import JobQueue
from service.jobs.store import JobStore, journal_mode
from service.settings import Settings
from style import StylizeConfig, preset


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, max_waiting_jobs=2, max_image_bytes=50_000)


@pytest.fixture
def queued() -> list[str]:
    return []


@pytest.fixture
def client(settings: Settings, queued: list[str]) -> FlaskClient:
    return create_app(settings, put=queued.append).test_client()


@pytest.fixture
def store(settings: Settings) -> Iterator[JobStore]:
    store = JobStore(settings.data_dir)
    yield store
    store.close()


def picture(size: tuple[int, int] = (32, 32), kind: str = "PNG") -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, kind)
    file.seek(0)
    return file, "picture"


def form(**fields: object) -> dict[str, object]:
    return {"content": picture(), "style": picture(), **fields}


def copy_content(folder: Path, job: object, report: Callable[[float], None]) -> None:
    """In place of the painter: the plumbing is under test."""
    report(0.5)
    (folder / RESULT).write_bytes((folder / "content.png").read_bytes())


def test_a_job_is_painted_and_fetched(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    answer = client.post("/v1/stylizations", data=form(size="128"))
    assert answer.status_code == 202, answer.text
    place = answer.headers["Location"]
    assert client.get(place).json["state"] == "waiting"
    assert client.get(f"{place}/result").status_code == 409
    run_job(queued[0], settings=settings, store=store, paint=copy_content)
    done = client.get(place).json
    assert (done["state"], done["progress"], done["options"]) == ("done", 1.0, {"size": 128})
    result = client.get(done["result"])
    assert result.mimetype == "image/png" and "attachment" in result.headers["Content-Disposition"]
    assert Image.open(io.BytesIO(result.data)).size == (32, 32)
    result.close()
    assert [path.name for path in (settings.jobs_dir / queued[0]).iterdir()] == [RESULT]


def test_a_job_takes_a_preset_and_what_goes_before_it(client: FlaskClient) -> None:
    fields = {"preset": "sketch", "style_scale": "0.8", "colors": "luminance"}
    options = client.post("/v1/stylizations", data=form(**fields)).json["options"]
    wanted = preset("sketch", style_scale=0.8, colors="luminance")
    assert StylizeOptions(**options).config() == wanted
    assert wanted.content_weight != StylizeConfig().content_weight


def test_a_failed_job_says_why(
    client: FlaskClient, queued: list[str], settings: Settings, store: JobStore
) -> None:
    def fails(folder: Path, job: object, report: Callable[[float], None]) -> None:
        raise MemoryError

    place = client.post("/v1/stylizations", data=form()).headers["Location"]
    run_job(queued[0], settings=settings, store=store, paint=fails)
    assert "smaller size" in client.get(place).json["error"]


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
def test_a_bad_form_is_a_problem_and_leaves_nothing(
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


def test_a_job_of_a_dead_worker_is_put_back_and_the_dead_worker_cannot_end_it(
    tmp_path: Path,
) -> None:
    clock = Clock()
    store = JobStore(tmp_path, now=clock)
    store.add({}, job_id="a")
    first = store.claim("a")
    assert first is not None and store.claim("a") is None
    assert store.reap(stale_seconds=60, max_attempts=2) == []
    clock.now += 61
    assert store.reap(stale_seconds=60, max_attempts=2) == ["a"]
    assert store.claim("a") is not None
    with pytest.raises(JobLost):
        store.report(first, progress=0.5)
    clock.now += 61
    assert store.reap(stale_seconds=60, max_attempts=2) == []
    assert store.get("a").state == "failed"
    clock.now += 3601
    assert store.expire(keep_seconds=3600) == ["a"]
    store.close()


def test_the_queue_holds_ids_as_json(settings: Settings, store: JobStore) -> None:
    queue = JobQueue(settings, store)
    queue.put("abc")
    assert b'["abc"]' in (settings.data_dir / "queue.sqlite").read_bytes()
    task = queue.huey.dequeue()
    assert task.args == ["abc"]
    queue.huey.storage.close()


def test_write_ahead_logs_wait_for_a_safe_sqlite() -> None:
    assert journal_mode((3, 40, 1)) == "TRUNCATE"
    assert journal_mode((3, 51, 3)) == "WAL"


def test_all_bad_settings_are_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"MAX_STYLES='x'.*THREADS='0'"):
        Settings.from_env({"HITSUJUN_THREADS": "0", "HITSUJUN_MAX_STYLES": "x"})
