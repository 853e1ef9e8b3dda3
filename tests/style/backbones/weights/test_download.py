"""Downloads by URL, from a server on this machine."""

import hashlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import torchvision

from style.backbones.sources import TorchvisionWeights, UrlFile
from style.backbones.weights.download import download_file, download_state_dict
from style.errors import WeightsMissing

CONTENT = b"weights"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves the files of a folder, and logs nothing."""

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of a server that has `some.net` and nothing else."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served = tmp_path / "served"
    served.mkdir()
    (served / "some.net").write_bytes(CONTENT)
    handler = partial(QuietHandler, directory=str(served))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_file_is_downloaded_and_nothing_is_printed(
    address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = UrlFile(f"{address}/some.net", SHA256, 0.7, "none")
    assert download_file(source, tmp_path) == CONTENT
    assert capfd.readouterr() == ("", "")


def test_a_file_with_another_sha256_is_refused_and_deleted(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    source = UrlFile(f"{address}/some.net", "e" * 64, 0.7, "none")
    with pytest.raises(WeightsMissing, match=r"another sha256 than eeee.*; nothing was kept"):
        download_file(source, folder)
    assert list(folder.iterdir()) == []


def test_a_missing_file_is_one_clear_error(address: str, tmp_path: Path) -> None:
    source = UrlFile(f"{address}/other.net", SHA256, 0.7, "none")
    with pytest.raises(WeightsMissing, match=r"is not available \(404 .*hitsujun weights import"):
        download_file(source, tmp_path)


def test_an_unreachable_server_is_one_clear_error(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), QuietHandler) as server:
        port = server.server_port  # free once the server is closed
    source = UrlFile(f"http://127.0.0.1:{port}/some.net", SHA256, 0.7, "none")
    with pytest.raises(WeightsMissing, match=r"available \(its host refuses the connection\)"):
        download_file(source, tmp_path)


def test_what_torch_says_of_a_download_is_not_in_the_output_of_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Weights:
        def get_state_dict(self, **_: object) -> dict[str, object]:
            print("Downloading: ...")
            return {}

    monkeypatch.setattr(torchvision.models, "get_weight", lambda _name: Weights())
    assert download_state_dict(TorchvisionWeights("A", "0", 1), tmp_path) == {}
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "Downloading: ...\n")
