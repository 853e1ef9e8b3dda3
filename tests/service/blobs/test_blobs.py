"""Every store of pictures does the same."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.blobs import Blobs, delete_folder, fetch, open_blobs
from service.blobs.folder import FolderBlobs
from service.settings import Settings

S3 = os.environ.get("TEST_S3_URL", "")  # s3://BUCKET, with the AWS_ variables of the server
LARGE = bytes(range(256)) * 10_000


@pytest.fixture(params=["folder", "memory", "local", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Blobs]:
    """A store of each kind, without any file."""
    if request.param == "folder":
        yield FolderBlobs(tmp_path / "pictures")
        return
    pytest.importorskip("obstore")
    from obstore.store import LocalStore, from_url

    from service.blobs.objects import ObjectBlobs

    if request.param == "memory":
        yield ObjectBlobs(from_url("memory:///"))
    elif request.param == "local":
        yield ObjectBlobs(LocalStore(tmp_path / "objects", mkdir=True))
    elif S3:
        blobs = ObjectBlobs(from_url(f"{S3}/{secrets.token_hex(8)}"))
        yield blobs
        blobs.delete([one.name for one in blobs.files()])
    else:
        pytest.skip("no S3 server at TEST_S3_URL")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(LARGE)
    return path


def names(blobs: Blobs, folder: str = "") -> list[str]:
    return sorted(one.name for one in blobs.files(folder))


def test_what_was_put_is_read_and_can_be_read_in_parts(blobs: Blobs, source: Path) -> None:
    blobs.put("a/x.png", source)
    assert blobs.size("a/x.png") == len(LARGE)
    with blobs.open("a/x.png") as file:
        assert file.seekable()
        file.seek(1_000_003)
        assert file.read(10) == LARGE[1_000_003:1_000_013]
        file.seek(0)
        assert file.read() == LARGE


def test_a_file_is_replaced_by_a_later_one(blobs: Blobs, source: Path) -> None:
    blobs.put("a/x.png", source)
    source.write_bytes(b"later")
    blobs.put("a/x.png", source)
    with blobs.open("a/x.png") as file:
        assert file.read() == b"later"
    assert names(blobs) == ["a/x.png"]


def test_a_missing_file_is_said_to_be_missing(blobs: Blobs) -> None:
    for ask in (blobs.open, blobs.size):
        with pytest.raises(FileNotFoundError):
            ask("a/none.png")
    blobs.delete(["a/none.png"])
    assert names(blobs) == [] and names(blobs, "a") == []


def test_a_folder_is_listed_fetched_and_deleted_without_its_neighbours(
    blobs: Blobs, source: Path, tmp_path: Path
) -> None:
    for name in ("a/x.png", "a/y.png", "ab/x.png"):
        blobs.put(name, source)
    assert names(blobs, "a") == ["a/x.png", "a/y.png"]
    target = tmp_path / "target"
    target.mkdir()
    fetch(blobs, "a", target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {
        "x.png": LARGE,
        "y.png": LARGE,
    }
    delete_folder(blobs, "a", keep="y.png")
    assert names(blobs) == ["a/y.png", "ab/x.png"]


def test_a_store_that_fails_raises_an_error_of_the_system(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        FolderBlobs(tmp_path / "file").put("a/x.png", source)
    pytest.importorskip("obstore")
    from obstore.store import S3Store

    from service.blobs.objects import ObjectBlobs

    gone = S3Store(
        "none", endpoint="http://127.0.0.1:1", region="none", access_key_id="a",
        secret_access_key="b", client_options={"allow_http": True}, retry_config={"max_retries": 0},
    )  # fmt: skip
    with pytest.raises(OSError, match="GenericError"):
        ObjectBlobs(gone).put("a/x.png", source)


def test_the_url_says_which_store(tmp_path: Path) -> None:
    shared = Settings(tmp_path, blobs_url=f"file://{tmp_path}/shared%20one")
    source = tmp_path / "source"
    source.touch()
    open_blobs(shared).put("a/x", source)
    open_blobs(Settings(tmp_path)).put("a/x", source)
    assert (tmp_path / "shared one/a/x").exists() and (tmp_path / "jobs/a/x").exists()
