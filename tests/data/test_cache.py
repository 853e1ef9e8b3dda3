import sys
from pathlib import Path

import pytest

from data.cache import cache_dir, replacing
from data.errors import DataError


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HITSUJUN_CACHE": "/chosen", "XDG_CACHE_HOME": "/xdg"}, "/chosen"),
        ({"XDG_CACHE_HOME": "/xdg"}, "/xdg/hitsujun"),
        ({"XDG_CACHE_HOME": ""}, "/home/ann/.cache/hitsujun"),
        ({}, "/home/ann/.cache/hitsujun"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have their own cache folder")
def test_the_cache_folder_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str
) -> None:
    for name in ("HITSUJUN_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"HOME": "/home/ann"} | variables).items():
        monkeypatch.setenv(name, value)
    assert cache_dir() == Path(folder)


def test_a_file_is_replaced_only_after_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    with replacing(path) as partial:
        partial.write_text("first")
        assert not path.exists()
    assert path.read_text() == "first"
    with pytest.raises(RuntimeError, match="stop"), replacing(path) as partial:
        partial.write_text("second")
        raise RuntimeError("stop")
    assert path.read_text() == "first"
    assert [file.name for file in path.parent.iterdir()] == ["file.txt"]


def test_an_error_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    with pytest.raises(OSError) as raised, replacing(path) as partial:
        partial.unlink()
        partial.read_text()
    assert raised.value.filename == str(path)
    with pytest.raises(OSError) as raised, replacing(Path("/proc/none.txt")):
        pass
    assert raised.value.filename == "/proc/none.txt"


def test_an_error_of_another_file_keeps_its_name(tmp_path: Path) -> None:
    other = tmp_path / "other"
    with pytest.raises(FileNotFoundError) as raised, replacing(tmp_path / "file.txt"):
        other.read_text()
    assert raised.value.filename == str(other)


def test_a_url_is_no_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", "file:///cache")
    with pytest.raises(DataError, match="HITSUJUN_CACHE must be the path of a folder"):
        cache_dir()
