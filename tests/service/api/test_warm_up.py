import os
import subprocess
import sys

import pytest

from data.errors import ReferenceMissing
from kanji.recognizer.recognize import Recognizer
from service.api import warm_up
from service.api.lookalikes import lookalikes
from service.jobs.limits import THREAD_VARIABLES

PROGRAM = (
    "import os; from service.api.warm_up import warm_up; warm_up();"
    " print(len(os.listdir('/proc/self/task')))"
)


def test_the_recognizer_is_loaded_and_has_run(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    run = Recognizer.recognize
    monkeypatch.setattr(Recognizer, "recognize", lambda *a, **k: runs.append(a) or run(*a, **k))
    warm_up.warm_up()
    assert runs


def test_the_look_alikes_are_kept_in_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    first = lookalikes()
    assert "未" in first["末"] and "末" in first["未"]
    lookalikes.cache_clear()
    monkeypatch.setattr("service.api.lookalikes.find_lookalikes", None)  # to call it would fail
    assert lookalikes() == first


def test_look_alikes_are_found_where_the_cache_can_only_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    lookalikes.cache_clear()
    monkeypatch.setattr("service.api.lookalikes.references_hash", lambda: "none")
    monkeypatch.setattr("service.api.lookalikes.find_lookalikes", lambda *_: {"末": {"未"}})
    monkeypatch.setattr("service.api.lookalikes.replacing", deny)
    assert lookalikes() == {"末": {"未"}}
    lookalikes.cache_clear()


def test_a_missing_part_does_not_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> None:
        raise ReferenceMissing("there is no package kanjivg")

    monkeypatch.setattr(warm_up, "load_references", missing)
    warm_up.warm_up()
    assert "there is no package kanjivg" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_what_is_loaded_before_processes_are_forked_has_no_thread() -> None:
    single = dict.fromkeys(THREAD_VARIABLES, "1")
    command = [sys.executable, "-c", PROGRAM]
    run = subprocess.run(command, env=os.environ | single, capture_output=True, check=True)
    assert run.stdout.split() == [b"1"]
