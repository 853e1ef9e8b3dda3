"""The version: of git's newest tag while it is built, the same everywhere afterwards."""

import re
import subprocess
from pathlib import Path

import pytest

from service.cli import main
from service.version import NEWEST, ROOT, installed_version, version_of

IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *IDENTITY, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def commit(folder: Path) -> str:
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "a change")
    return git(folder, "rev-parse", "--short", "HEAD")


def test_at_a_tag_the_version_is_the_tag(repository: Path) -> None:
    git(repository, "tag", "v1.4.2")
    assert version_of(repository) == "1.4.2"


def test_after_a_tag_it_is_a_development_version_of_the_next(repository: Path) -> None:
    git(repository, "tag", "v1.4.2")
    commit(repository)
    newest = commit(repository)
    assert version_of(repository) == f"1.4.3.dev2+g{newest}"


def test_tags_that_are_no_releases_do_not_count(repository: Path) -> None:
    for name in ("before-the-move", "v2-draft", "valid"):
        git(repository, "tag", name)
    assert version_of(repository) == NEWEST


def test_a_repository_without_tags_has_the_newest_release(repository: Path) -> None:
    assert version_of(repository) == NEWEST


def test_a_folder_within_the_repository_of_another_project_has_not_its_tags(
    repository: Path,
) -> None:
    git(repository, "tag", "v9.0.0")
    inner = repository / "unpacked"
    inner.mkdir()
    assert version_of(inner) == NEWEST


def test_without_git_it_is_the_newest_release(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(repository, "tag", "v9.0.0")
    monkeypatch.setenv("PATH", str(repository))
    assert version_of(repository) == NEWEST


def test_the_newest_release_is_that_of_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## \[(\d[^]]*)\] - \d{4}-\d\d-\d\d$", changelog, re.M)[0] == NEWEST
    assert "\n## [Unreleased]\n" in changelog


def test_the_command_prints_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"hitsujun {installed_version()}\n"
