"""`serve --prepare` does only what is missing, and nothing while the port is taken."""

import socket
from pathlib import Path

import pytest

from data.references.store import references_path
from service.cli import main
from service.errors import SettingsError
from service.web import prepare as preparing
from service.web.prepare import prepare


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands that are run; to fetch fails. The cache is empty."""
    run: list[tuple[str, ...]] = []
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(preparing, "find_spec", lambda _: True)
    monkeypatch.setattr(
        preparing, "_run", lambda *given: run.append(given) or 2 * ("fetch" in given)
    )
    return run


def test_what_is_missing_is_built_and_fetched_and_practice_goes_on_without_weights(
    commands: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert prepare() == 0
    assert commands == [("data", "build", "references"), ("weights", "fetch", "vgg19")]
    assert "later: hitsujun weights fetch vgg19" in capsys.readouterr().err


def test_a_second_start_builds_and_fetches_nothing(commands: list[tuple[str, ...]]) -> None:
    weights = references_path("ja").parent / "weights" / "vgg19-12345678.safetensors"
    weights.parent.mkdir(parents=True)
    for path in (references_path("ja"), weights):
        path.touch()
    prepare()
    assert commands == []


def test_nothing_is_fetched_or_served_where_the_references_cannot_be_built(
    commands: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "_run", lambda *given: commands.append(given) or 2)
    arguments = ["--prepare", "--port=0", "--data-dir", str(tmp_path)]
    assert main(["serve", *arguments]) == 2
    assert commands == [("data", "build", "references")]


def test_a_cache_that_can_only_be_read_serves_the_references_that_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    monkeypatch.setattr(preparing, "try_writing", deny)
    with pytest.raises(SettingsError, match="cannot be written: you may not"):
        preparing.check_cache()
    references_path("ja").touch()
    preparing.check_cache()


@pytest.mark.slow
def test_a_port_in_use_is_reported_before_anything_is_built(
    commands: list[tuple[str, ...]], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        arguments = ["--prepare", "--port", port, "--data-dir", str(tmp_path)]
        assert main(["serve", *arguments]) == 2
    assert commands == []
