"""Photos in LitData's form give what the HDF5 file of the same folder gives."""

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("litdata", reason="LitData is an extra: pip install 'hitsujun[stream]'")

from litdata.streaming import Cache

from data.errors import CorpusError, DataError
from data.pictures.photo_sources import open_photos
from data.pictures.photo_store import PhotoStore, write_store
from data.pictures.photos import PhotoFile, PhotoFolder, write_photos
from data.training.batch_loader import LoaderSettings
from data.training.photo_module import PhotoDataModule
from data.training.photo_transforms import PhotoCrops
from service.cli import main
from tests.data.pictures.bucket import bucket
from tests.data.pictures.photo_folders import folder_of

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with the same photos in p.h5 and p.litdata."""
    folder = PhotoFolder(folder_of(folder_of(tmp_path / "photos", each=8), split="val", each=3))
    write_photos(tmp_path / "p.h5", folder, size_px=32, facts=FACTS)
    assert write_store(tmp_path / "p.litdata", folder, size_px=32, facts=FACTS) == 22
    return tmp_path


def batches(place: str | Path, *, workers: int = 0) -> list[tuple[torch.Tensor, torch.Tensor]]:
    loader = LoaderSettings(size=3, batches=None, validation_batches=None, workers=workers, seed=5)
    module = PhotoDataModule(str(place), PhotoCrops(size_px=16, trivial_augment=True), loader)
    module.setup("fit")
    return [*module.train_dataloader(), *module.val_dataloader()]


def assert_the_same(found: list[Any], expected: list[Any]) -> None:
    assert len(found) == len(expected) == 7
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one[0], other[0]) and torch.equal(one[1], other[1])


@pytest.mark.parametrize("workers", [0, 2])
def test_the_same_seed_gives_the_batches_of_the_file(built: Path, workers: int) -> None:
    assert_the_same(batches(built / "p.litdata", workers=workers), batches(built / "p.h5"))


def test_a_store_has_the_bytes_of_the_file_in_another_process_too(built: Path) -> None:
    file, store = PhotoFile(built / "p.h5"), PhotoStore(built / "p.litdata")
    assert store.classes == file.classes
    assert (store.labels == file.labels).all() and (store.splits == file.splits).all()
    assert store.facts["size_px"] == file.facts["size_px"] == 32
    for opened in (store, pickle.loads(pickle.dumps(store))):
        for index in range(22):
            expected = file.open(index, least_px=0)
            assert opened.open(index, least_px=0).tobytes() == expected.tobytes()


def test_a_bucket_gives_the_same_and_is_read_by_ranges(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_CACHE", str(built / "cache"))
    with bucket(built.parent) as asked:
        place = f"s3://{built.name}/p.litdata"
        assert_the_same(batches(place, workers=2), batches(built / "p.h5"))
        chunks = [one for one in asked if one.startswith("chunk")]
        of_each = 2  # where it lies, and the photo
        assert len(chunks) == of_each * (7 * 3 + 1) and all("bytes=" in one for one in chunks)
        with pytest.raises(CorpusError, match=r"/gone.litdata cannot be read: .*Not Found"):
            open_photos(f"s3://{built.name}/gone.litdata")
    assert not list((built / "cache").rglob("*.bin"))


def test_the_command_writes_a_store_and_says_what_it_has(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = str(built / "made.litdata")
    assert main(["data", "build", "photos", str(built / "photos"), "-o", made]) == 0
    assert capsys.readouterr().out == f"{made}\n"
    assert main(["data", "info", made]) == 0
    assert json.loads(capsys.readouterr().out)["photos_a_split"]["train"] == 16
    assert main(["data", "build", "photos", str(built / "photos"), "-o", made]) == 2
    assert "made.litdata" in capsys.readouterr().err
    assert not [one for one in built.iterdir() if one.name.startswith(".")]


def changed(index: dict[str, Any], **config: object) -> dict[str, Any]:
    return index | {"config": index["config"] | config}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: None, "index.json is damaged"),
        (lambda index: {"chunks": index["chunks"]}, "index.json is damaged: KeyError"),
        (lambda index: index | {"chunks": []}, "is not one of hitsujun data build photos"),
        (lambda index: changed(index, data_format=["pickle"]), "is not one of hitsujun data"),
        (lambda index: changed(index, compression="zstd"), "is not one of hitsujun data build"),
        (
            lambda index: index | {"chunks": [index["chunks"][0] | {"filename": "../a.bin"}]},
            "is not one of hitsujun data build photos",
        ),
        (
            lambda index: index | {"chunks": [index["chunks"][0] | {"chunk_size": 22}]},
            "cannot be read: .*item count",
        ),
    ],
)
def test_a_damaged_index_is_refused(
    built: Path, change: Callable[[dict[str, Any]], Any], message: str
) -> None:
    path = built / "p.litdata" / "index.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(CorpusError, match=message):
        open_photos(built / "p.litdata")


@pytest.mark.parametrize(
    "table",
    [
        b"no JSON",
        b"[]",
        b'{"kind": "photo store", "schema_version": 1, "classes": [], "label": [0], "split": [0]}',
        b'{"kind": "photo store", "schema_version": 2, "classes": [], "label": [], "split": []}',
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, table: bytes) -> None:
    cache = Cache(str(tmp_path / "p.litdata"), chunk_bytes=1000)
    cache[0] = table
    cache.done()
    cache.merge()
    with pytest.raises(CorpusError, match="the table of its photos is damaged"):
        open_photos(tmp_path / "p.litdata")


def test_a_damaged_photo_is_named(built: Path) -> None:
    chunk = built / "p.litdata" / "chunk-0-0.bin"
    data = bytearray(chunk.read_bytes())
    start = 4 * (1 + 24)  # behind the number of pieces and where each is
    data[start : start + 300] = bytes(300)
    chunk.write_bytes(data)
    with pytest.raises(CorpusError, match=r"p.litdata, photo 0 is not a picture"):
        open_photos(built / "p.litdata").open(0, least_px=8)


def test_what_is_no_store_is_refused(built: Path) -> None:
    with pytest.raises(CorpusError, match=r"none.litdata is not a folder of photos"):
        open_photos(str(built / "none.litdata"))
    (built / "empty.litdata").mkdir()
    with pytest.raises(CorpusError, match=r"empty.litdata has no index.json"):
        open_photos(built / "empty.litdata")
    with pytest.raises(DataError, match=r"ftp://x is of none of s3://, gs://, azure://"):
        open_photos("ftp://x")
    chunk = next((built / "p.litdata").glob("*.bin"))
    chunk.write_bytes(chunk.read_bytes()[:-1])
    with pytest.raises(CorpusError, match=r"chunk-0-0.bin is missing or has another size"):
        open_photos(built / "p.litdata")


def test_without_the_extra_the_error_names_it(
    built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == "litdata"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "litdata", None)
    made = str(built / "made.litdata")
    assert main(["data", "build", "photos", str(built / "photos"), "-o", made]) == 2
    assert "pip install 'hitsujun[stream]'" in capsys.readouterr().err
    with pytest.raises(DataError, match=r"hitsujun\[stream\]"):
        open_photos(built / "p.litdata")
