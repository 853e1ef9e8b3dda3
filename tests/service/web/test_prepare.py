"""`serve --prepare` does only what is missing, and nothing while the port is taken."""

import socket
from pathlib import Path

import pytest

from data.references.store import references_path
from service.cli import main
from service.web import prepare as preparing
from service.web.prepare import prepare


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that are run, all of which fail. The cache is empty."""
    run: list[tuple[str, ...]] = []
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(preparing, "find_spec", lambda _: True)
    monkeypatch.setattr(preparing, "_run", lambda *arguments: run.append(arguments) or 2)
    return run


def test_what_is_missing_is_built_and_fetched_and_practice_goes_on_without_weights(
    commands: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    prepare()
    assert commands == [("data", "build", "references"), ("weights", "fetch", "vgg19")]
    assert "later: hitsujun weights fetch vgg19" in capsys.readouterr().err


def test_a_second_start_builds_and_fetches_nothing(commands: list[tuple[str, ...]]) -> None:
    weights = references_path("ja").parent / "weights" / "vgg19-12345678.safetensors"
    weights.parent.mkdir(parents=True)
    for path in (references_path("ja"), weights):
        path.touch()
    prepare()
    assert commands == []


@pytest.mark.slow
def test_a_port_in_use_is_reported_before_anything_is_built(
    commands: list[tuple[str, ...]], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        arguments = ["--prepare", "--port", port, "--data-dir", str(tmp_path)]
        assert main(["serve", *arguments]) == 2
    assert commands == []
