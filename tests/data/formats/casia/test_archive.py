import zipfile
from pathlib import Path

import pytest

from data.corpora.files import read_inks
from data.errors import CorpusError
from data.formats import casia
from data.formats.casia import archive
from data.ink import Ink

ONE = Ink.from_wire({"strokes": [[[5, 6], [7, 8]]], "char": "一"})


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def test_archives_and_folders_are_read_as_published(tmp_path: Path) -> None:
    casia.write_pot(tmp_path / "a" / "1241.pot", [ONE])
    data = (tmp_path / "a" / "1241.pot").read_bytes()
    packed = zipped(tmp_path / "Pot1.1Test.zip", {"x/1242.pot": data, "readme.txt": b"", "b/": b""})
    for path, writer in ((tmp_path / "a", "1241"), (packed, "1242")):
        (ink,) = read_inks(path)
        assert (ink.char, ink.writer, ink.source) == ("一", writer, "CASIA OLHWDB1.1")
    with pytest.raises(CorpusError, match=r"has no \.gnt files"):
        casia.sources(packed, (".gnt",))


def test_a_file_that_is_not_an_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    for content, message in {
        b"PK\x03\x04 nothing": r"x\.zip is a damaged \.zip archive",
        b"\0nothing": r"x\.zip is binary data, not a \.zip archive",
        b"nothing": r"x\.zip is text, not a \.zip archive",
        b"": r"x\.zip is an empty file, not a \.zip archive",
    }.items():
        path.write_bytes(content)
        with pytest.raises(CorpusError, match=message):
            list(read_inks(path))


def test_a_damaged_member_is_refused_by_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"1.pot": b"\0" * 3000})
    whole = path.read_bytes()
    path.write_bytes(whole.replace(whole[35:40], b"\xff" * 5))
    with pytest.raises(CorpusError, match=r"1\.pot cannot be unpacked"):
        list(read_inks(path))


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MAX_MEMBER", 2999, r"1\.pot unpacks to more than 2999"),
        ("MAX_MEMBERS", 0, "has 1 files; allowed: 0"),
    ],
)
def test_an_archive_above_a_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, message: str
) -> None:
    monkeypatch.setattr(archive, limit, value)
    path = zipped(tmp_path / "x.zip", {"1.pot": b"\0" * 3000})
    with pytest.raises(CorpusError, match=message):
        list(read_inks(path))


def test_the_list_of_an_archive_is_read_once_for_all_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    casia.write_pot(tmp_path / "1.pot", [ONE])
    data = (tmp_path / "1.pot").read_bytes()
    path = zipped(tmp_path / "x.zip", {f"{n}.pot": b"" for n in range(3000)} | {"x.pot": data})
    lists: list[object] = []
    read_list = zipfile.ZipFile._RealGetContents  # type: ignore[attr-defined]
    monkeypatch.setattr(
        zipfile.ZipFile, "_RealGetContents", lambda self: (lists.append(self), read_list(self))
    )
    assert len(list(read_inks(path))) == 1
    assert len(lists) <= 2  # the names of the members, and then their bytes


def test_an_archive_of_too_many_members_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", dict.fromkeys(map(str, range(archive.MAX_MEMBERS + 1)), b""))
    with pytest.raises(CorpusError, match=r"has 20001 files; allowed: 20000"):
        list(read_inks(path))


def test_an_archive_that_was_replaced_is_opened_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    for char in "一二":
        casia.write_pot(tmp_path / "1.pot", [Ink(ONE.strokes, char)])
        path.unlink(missing_ok=True)
        zipped(path, {"1.pot": (tmp_path / "1.pot").read_bytes()})
        assert [ink.char for ink in read_inks(path)] == [char]
