import io
import tarfile
from pathlib import Path

import pytest

from data.errors import CorpusError
from data.references import tarball
from data.references.makemeahanzi import read_references, source_sha256
from data.references.tarball import members

ENTRY = b'{"strokes": [], "medians": [[[0, 0], [1, 1]]]}'


def packed(path: Path, *files: tuple[str, bytes], link: str = "") -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo("package/木.json")
            info.type, info.linkname = tarfile.SYMTYPE, link
            archive.addfile(info)
    return path


def test_a_tarball_is_read_like_the_folder_in_it(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "data.tgz",
        ("package/十.json", ENTRY),
        ("package/package.json", b"{}"),
        ("package/一.json", ENTRY),
    )
    assert [reference.character for reference in read_references(path)] == ["一", "十"]
    folder = tmp_path / "folder"
    folder.mkdir()
    for character in "一十":
        (folder / f"{character}.json").write_bytes(ENTRY)
    assert source_sha256(path) == source_sha256(folder)


def test_no_name_or_link_leads_out_of_the_archive(tmp_path: Path) -> None:
    files = (("../../etc/十.json", ENTRY), ("/tmp/一.json", ENTRY))
    path = packed(tmp_path / "data.tgz", *files, link="/etc/passwd")
    assert [name for name, _ in members(path, suffix=".json")] == ["十.json", "一.json"]
    assert [file.name for file in tmp_path.iterdir()] == ["data.tgz"]


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MAX_MEMBER", 8, "bytes, more than 8"),
        ("MAX_UNPACKED", 1024, "unpacks to more"),
        ("MAX_MEMBERS", 1, "more than 1 files"),
    ],
)
def test_an_archive_above_a_limit_raises_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, message: str
) -> None:
    path = packed(tmp_path / "data.tgz", ("package/一.json", ENTRY), ("package/十.json", ENTRY))
    monkeypatch.setattr(tarball, limit, value)
    with pytest.raises(CorpusError, match=message):
        list(members(path, suffix=".json"))


def test_a_damaged_or_truncated_archive_raises_an_error(tmp_path: Path) -> None:
    path = packed(tmp_path / "data.tgz", ("package/一.json", ENTRY * 100))
    whole = path.read_bytes()
    for content in (b"no archive", whole[: len(whole) // 2], b""):
        path.write_bytes(content)
        with pytest.raises(CorpusError):
            list(read_references(path))
