"""`hitsujun serve`: what stops the start, how it ends, and what a request in flight sees of it."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.cli import main
from service.errors import SettingsError
from service.settings import Settings
from service.web.try_out import try_out
from tests.service.web.servers import COMMAND, VARIABLES, Server

CLIENTS = 8


def wait_for(is_true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.05)


def start_fails(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a start with these arguments ends with."""
    assert main(["serve", "--no-worker", *arguments]) == 2
    output = capsys.readouterr()
    *waiting, line = output.err.splitlines()
    assert output.out == "" and all(one.endswith(" ...") for one in waiting)
    return line


@pytest.mark.slow
def test_a_port_in_use_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        line = start_fails(["--port", port, "--data-dir", str(tmp_path)], capsys)
    assert port in line and "is in use" in line and "--port" in line


@pytest.mark.parametrize("name", ["none.onnx", "text.onnx"])
@pytest.mark.parametrize("form", ["option", "variable"])
def test_a_model_that_is_no_recognizer_is_one_line(form: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("text")
    model = str(tmp_path / name)
    command = [*COMMAND, "--port", "0", "--data-dir", str(tmp_path)]
    command += ["--model", model] if form == "option" else []
    environ = VARIABLES | ({"HITSUJUN_MODEL": model} if form == "variable" else {})
    run = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr.count("\n") == 1 and model in run.stderr
    assert form == "option" or "HITSUJUN_MODEL" in run.stderr


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_an_impossible_port_is_one_line(
    port: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = start_fails([f"--port={port}", "--data-dir", str(tmp_path)], capsys)
    assert port in line and "1 to 65535" in line


def test_a_host_without_an_address_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = start_fails(["--host", "not a host", "--data-dir", str(tmp_path)], capsys)
    assert "'not a host'" in line


def test_a_data_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    line = start_fails(["--port=0", "--data-dir", str(tmp_path / "file" / "data")], capsys)
    assert "cannot be written" in line and "HITSUJUN_DATA_DIR" in line


def test_a_database_of_a_newer_version_is_one_line(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "hitsujun.sqlite") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    command = [*COMMAND, "--port=0", "--data-dir", str(tmp_path)]
    run = subprocess.run(command, env=VARIABLES, capture_output=True, text=True, check=False)
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr.count("\n") == 1 and "cannot be brought to head" in run.stderr


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HITSUJUN_DATABASE_URL": "sqlite:///{}/folder"}, "folder cannot be opened"),
        ({"HITSUJUN_DATABASE_URL": "sqlite:///{}/text"}, "text is not one of SQLite"),
        ({"HITSUJUN_DATABASE_URL": "postgresql://a@127.0.0.1:1/b"}, "does not answer"),
        ({"HITSUJUN_DATABASE_URL": "postgresql://a@127.0.0.1:x/b"}, "with a port of 1 to 65535"),
        ({"HITSUJUN_QUEUE_URL": "redis://127.0.0.1:x"}, "QUEUE_URL must begin with redis"),
        ({"HITSUJUN_LIMITS_URL": "redis://127.0.0.1:x"}, "LIMITS_URL must begin with redis"),
        ({"HITSUJUN_QUEUE_URL": "redis://127.0.0.1:1/0?foo=1"}, "there is no option 'foo'"),
        ({"HITSUJUN_QUEUE_URL": "postgresql://a@127.0.0.1:1/b?foo=1"}, "cannot be used: invalid"),
        ({"HITSUJUN_BLOBS_URL": "file://{}/text"}, "/text: it is a file; give the name of a fol"),
        ({"HITSUJUN_BLOBS_URL": "file:///proc/pictures"}, "no picture can be stored in file:///p"),
        ({"HITSUJUN_BLOBS_URL": "file://{}/a?b=c"}, "have no user, ?, # or lone %"),
        ({"HITSUJUN_DATA_DIR": "{}/folder"}, "queue.sqlite cannot be used"),
    ],
)
@pytest.mark.parametrize("command", [["serve", "--port=0"], ["worker"]], ids=lambda one: one[0])
def test_what_the_worker_needs_too_is_said_once(
    variables: dict[str, str], said: str, command: list[str], tmp_path: Path
) -> None:
    pytest.importorskip("psycopg")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "queue.sqlite").write_text("junk " * 99)
    (tmp_path / "text").write_text("text " * 99)
    given = {name: value.format(tmp_path) for name, value in variables.items()}
    environ = VARIABLES | {"HITSUJUN_DATA_DIR": str(tmp_path / "data")} | given
    run = subprocess.run(
        [*COMMAND[:3], *command],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 2 and run.stdout == ""
    (line,) = (one for one in run.stderr.splitlines() if not one.endswith(" ..."))
    assert said in line
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "text"]


@pytest.mark.parametrize("option", [[], ["--prepare"]])
@pytest.mark.parametrize("cache", ["{}/file", "/proc/cache"])
def test_a_cache_that_cannot_be_written_is_one_line(
    cache: str,
    option: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HITSUJUN_CACHE", cache.format(tmp_path))
    line = start_fails(["--port=0", "--data-dir", str(tmp_path / "data"), *option], capsys)
    assert cache.format(tmp_path) in line and "HITSUJUN_CACHE" in line
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("name", "url", "library", "extra"),
    [
        ("LIMITS", "redis://127.0.0.1:6379", "redis", "redis"),
        ("QUEUE", "redis://127.0.0.1:6379", "redis", "redis"),
        ("QUEUE", "postgresql://127.0.0.1/x", "psycopg", "postgres"),
        ("DATABASE", "postgresql://127.0.0.1/x", "psycopg", "postgres"),
        ("BLOBS", "s3://bucket/folder", "obstore", "s3"),
    ],
)
def test_a_library_that_a_setting_needs_is_named_before_the_start(
    name: str,
    url: str,
    library: str,
    extra: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setenv(f"HITSUJUN_{name}_URL", url)
    line = start_fails(["--port=0", "--data-dir", str(tmp_path / "data")], capsys)
    assert line == f"hitsujun: this command needs {library}: pip install 'hitsujun[{extra}]'"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "url", "effect"),
    [
        ("QUEUE", "redis://:secret@127.0.0.1:1/0", "jobs begin up to 5 s later"),
        ("QUEUE", "postgresql://a:secret@127.0.0.1:1/b", "jobs begin up to 5 s later"),
        ("LIMITS", "redis://:secret@127.0.0.1:1/0", "nothing is limited"),
    ],
)
def test_a_server_that_is_not_needed_and_does_not_answer_is_told(
    name: str, url: str, effect: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for library in ("psycopg", "redis"):
        pytest.importorskip(library)
    settings = Settings.from_env({"HITSUJUN_DATA_DIR": str(tmp_path), f"HITSUJUN_{name}_URL": url})
    try_out(settings)
    (line,) = capsys.readouterr().err.splitlines()
    assert f"of HITSUJUN_{name}_URL does not answer" in line and effect in line
    assert "secret" not in line


def test_an_object_store_that_does_not_answer_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("obstore")
    for variable, value in {"ENDPOINT_URL": "http://127.0.0.1:1", "ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(f"AWS_{variable}", value)
    for variable in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{variable}", "secret")
    with pytest.raises(
        SettingsError, match="no picture can be stored in s3://bucket/a: "
    ) as raised:
        try_out(Settings(tmp_path, blobs_url="s3://bucket/a"))
    assert "HITSUJUN_BLOBS_URL" in str(raised.value) and "secret" not in str(raised.value)


def test_a_worker_says_when_it_is_ready_without_the_password_of_its_queue(tmp_path: Path) -> None:
    pytest.importorskip("redis")
    command = [*COMMAND[:3], "worker", "--data-dir", str(tmp_path)]
    environ = VARIABLES | {"HITSUJUN_QUEUE_URL": "redis://:secret@127.0.0.1:1/0"}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr
        silent, line = worker.stderr.readline(), worker.stderr.readline()
        worker.send_signal(signal.SIGINT)
        worker.stderr.read()
    assert "of HITSUJUN_QUEUE_URL does not answer" in silent and "secret" not in silent
    assert "the worker is ready; jobs come from redis://127.0.0.1:1/0; stop with Ctrl-C" in line
    assert worker.returncode == 0


def test_every_process_ends_with_sigterm(tmp_path: Path) -> None:
    with Server(tmp_path, HITSUJUN_WORKERS="2") as server:
        wait_for(lambda: len(server.pids()) == 4)  # this one, gunicorn, two workers
        assert server.stop() == 0
        assert server.pids() == []


def test_ctrl_c_is_how_a_server_is_stopped(tmp_path: Path) -> None:
    with Server(tmp_path, HITSUJUN_WORKERS="1") as server:
        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal sends it, to every process
        assert server.process.wait(30) == 0  # docs/commands.md


def test_every_process_ends_when_the_first_is_killed(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.process.send_signal(signal.SIGKILL)
        wait_for(lambda: server.pids() == [])


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    with Server(tmp_path, HITSUJUN_WORKERS="1") as server:
        worker = server.pids()[-1]
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: worker not in server.pids() and len(server.pids()) == 3)
        assert server.send("devices", {})["token"]


class Client:
    """Sends requests until the server is gone, on kept connections or on a new one each time.

    `cut`: how many requests the server had taken, and did not answer.
    """

    def __init__(self, port: int, *, keeps: bool) -> None:
        self._port, self._keeps = port, keeps
        self.answered = self.cut = 0

    def run(self) -> None:
        connection = None
        while True:
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
                try:
                    connection.connect()
                except OSError:
                    return  # nobody listens any more
            try:
                connection.request("GET", "/v1/kanji/%E5%AD%97")
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self.cut += 1
                return
            assert answer.status == 200
            self.answered += 1
            if not self._keeps or answer.will_close:
                connection.close()
                connection = None


def test_no_request_is_dropped_when_the_service_stops_under_load(tmp_path: Path) -> None:
    with Server(tmp_path, HITSUJUN_WORKERS="2") as server, ThreadPoolExecutor(CLIENTS) as pool:
        clients = [Client(server.port, keeps=number % 2 == 0) for number in range(CLIENTS)]
        runs = [pool.submit(client.run) for client in clients]
        wait_for(lambda: all(client.answered > 5 for client in clients))
        assert server.stop() == 0
        for run in runs:
            run.result()
    assert [client.cut for client in clients] == [0] * CLIENTS


def test_what_is_no_http_is_answered_without_repeating_it(tmp_path: Path) -> None:
    with Server(tmp_path, HITSUJUN_WORKERS="1") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
            client.sendall(b"GET / HTTP/1.1\r\nAuthorization : Bearer hitsujun_secret\r\n\r\n")
            answer = b"".join(iter(lambda: client.recv(4096), b""))
        server.stop()
        lines = "".join(server.lines)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ") and b"application/problem+json" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert b"secret" not in answer and b"status" in body
    assert "InvalidHeaderName" in lines and "secret" not in lines


@pytest.mark.slow
def test_a_client_that_stalls_gives_its_thread_back(tmp_path: Path) -> None:
    variables = {"HITSUJUN_WORKERS": "1", "HITSUJUN_THREADS": "1"}
    with Server(tmp_path, **variables) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as stalled:
            stalled.sendall(b"GET / HTTP/1.1\r\nHost:")
            done = threading.Event()
            threading.Thread(
                target=lambda: (server.send("devices", {}), done.set()), daemon=True
            ).start()
            assert done.wait(30)
        server.stop()
        assert "too slow" in "".join(server.lines)
        assert "Traceback" not in "".join(server.lines)


def test_any_process_answers_with_the_counts_of_all(tmp_path: Path) -> None:
    with Server(tmp_path, HITSUJUN_WORKERS="2") as server:
        for _ in range(20):
            server.send("devices", {})
        for _ in range(4):
            with urllib.request.urlopen(f"{server.address}/metrics", timeout=30) as answer:
                text = answer.read().decode()
            line = 'hitsujun_requests_total{method="POST",route="/v1/devices",status="201"} 20.0'
            assert line in text
        server.stop()
        assert sum('"route": "/v1/devices"' in line for line in server.lines) == 20
