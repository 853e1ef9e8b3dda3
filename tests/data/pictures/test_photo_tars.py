"""ImageNet's tars, as the ones that the test writes."""

import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from data.errors import CorpusError
from data.pictures.photo_sources import open_photos
from data.pictures.photo_tars import DEVKIT, META, TRAIN, TRUTH, VALIDATION, PhotoTars
from data.training.batch_loader import LoaderSettings
from data.training.photo_module import PhotoDataModule
from data.training.photo_transforms import PhotoCrops

COLOURS = {"n01": (250, 0, 0), "n02": (0, 250, 0)}


def tar_of(files: dict[str, bytes], *, mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as tar:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def photo(colour: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(buffer, "PNG")
    return buffer.getvalue()


def devkit(truth: list[int]) -> bytes:
    synsets = np.zeros(3, [("ILSVRC2012_ID", object), ("WNID", object), ("words", object)])
    for row, (number, name) in enumerate([(1, "n02"), (2, "n01"), (1001, "n99")]):
        synsets[row] = (number, name, "words")
    meta = io.BytesIO()
    savemat(meta, {"synsets": synsets})
    lines = "".join(f"{number}\n" for number in truth).encode()
    files = {f"devkit/data/{TRUTH}": lines, f"devkit/data/{META}": meta.getvalue()}
    return tar_of(files, mode="w:gz")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    classes = {
        f"{name}.tar": tar_of({f"{name}_{n}.JPEG": photo(colour) for n in range(3)})
        for name, colour in COLOURS.items()
    }
    (tmp_path / TRAIN).write_bytes(tar_of(classes))
    validation = {"val_2.JPEG": photo(COLOURS["n01"]), "val_1.JPEG": photo(COLOURS["n02"])}
    (tmp_path / VALIDATION).write_bytes(tar_of(validation))
    (tmp_path / DEVKIT).write_bytes(devkit([1, 2]))
    return tmp_path


def test_tars_give_classes_splits_and_photos(folder: Path) -> None:
    photos = open_photos(folder)
    assert isinstance(photos, PhotoTars)
    assert photos.classes == ("n01", "n02")
    assert photos.splits.tolist() == [0] * 6 + [1] * 2
    assert photos.labels.tolist() == [0, 0, 0, 1, 1, 1, 1, 0]  # val_1 is of n02
    for opened in (photos, pickle.loads(pickle.dumps(photos))):
        for index, label in enumerate(photos.labels):
            expected = list(COLOURS.values())[label]
            assert opened.open(index, least_px=8).getpixel((5, 5)) == expected


def test_a_data_module_reads_tars(folder: Path) -> None:
    loader = LoaderSettings(size=2, batches=None, validation_batches=None)
    module = PhotoDataModule(str(folder), PhotoCrops(size_px=16), loader)
    module.setup("fit")
    assert len(list(module.train_dataloader())) == 3
    assert [labels.tolist() for _, labels in module.val_dataloader()] == [[1, 0]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (TRAIN, b"nothing" * 300, "is damaged"),
        (VALIDATION, b"nothing" * 300, "is damaged"),
        (DEVKIT, b"nothing", "is damaged"),
        (DEVKIT, devkit([1]), "2 validation photos, 1 classes"),
        (DEVKIT, devkit([1, 1001]), "has no class n99"),
        (DEVKIT, devkit([1, 7]), "is damaged: 7"),
        (DEVKIT, None, "is missing: it has the classes of"),
    ],
)
def test_tars_that_do_not_fit_are_refused(
    folder: Path, name: str, content: bytes | None, message: str
) -> None:
    path = folder / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(CorpusError, match=message):
        PhotoTars(folder)
