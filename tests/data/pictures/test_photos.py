from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from data.errors import CorpusError
from data.pictures.photos import PhotoFile, PhotoFolder, write_photos
from data.training.batch_loader import LoaderSettings
from data.training.photo_module import PhotoDataModule
from data.training.photo_transforms import PhotoCrops
from service.cli import main
from tests.data.pictures.photo_folders import COLOURS, folder_of

FACTS = {"source": "test", "licence": "CC0-1.0", "sha256": "0"}


def test_folders_give_the_classes_and_the_splits(tmp_path: Path) -> None:
    photos = PhotoFolder(folder_of(folder_of(tmp_path), split="val", each=1))
    assert photos.classes == ("cat", "dog")
    assert photos.labels.tolist() == [0, 0, 0, 1, 1, 1, 0, 1]
    assert photos.splits.tolist() == [0] * 6 + [1] * 2
    assert photos.open(4, least_px=8).getpixel((5, 5)) == COLOURS["dog"]


def test_a_plain_folder_has_one_class_and_some_photos_for_validation(tmp_path: Path) -> None:
    for number in range(200):
        Image.new("RGB", (2, 2)).save(tmp_path / f"{number}.png")
    photos = PhotoFolder(tmp_path)
    assert photos.classes == ("",)
    assert 0 < (photos.splits == 1).sum() < 20
    with pytest.raises(CorpusError, match="has no photos"):
        PhotoFolder(tmp_path / "none")


def test_tiny_imagenet_has_its_classes_in_training_and_in_validation(tmp_path: Path) -> None:
    training = ("train/n02/images/n02_0.JPEG", "train/n01/images/n01_0.JPEG")
    others = ("val/images/val_0.JPEG", "val/images/val_1.JPEG", "test/images/test_0.JPEG")
    for path in (*training, *others):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(tmp_path / path)
    lines = "val_0.JPEG\tn02\t0\t0\t3\t3\nval_1.JPEG\tn01\t0\t0\t3\t3\n"
    (tmp_path / "val" / "val_annotations.txt").write_text(lines)
    photos = PhotoFolder(tmp_path)
    assert photos.classes == ("n01", "n02", "")  # those of the test have none
    by_name = {
        p.name: (photos.classes[n], s)
        for p, n, s in zip(photos.paths, photos.labels, photos.splits, strict=True)
    }
    assert by_name == {
        "n01_0.JPEG": ("n01", 0), "n02_0.JPEG": ("n02", 0),
        "val_0.JPEG": ("n02", 1), "val_1.JPEG": ("n01", 1), "test_0.JPEG": ("", 2),
    }  # fmt: skip


def test_a_file_has_the_photos_of_the_folder_scaled_down(tmp_path: Path) -> None:
    folder = PhotoFolder(folder_of(tmp_path / "photos"))
    path = tmp_path / "p.h5"
    assert write_photos(path, folder, size_px=20, facts=FACTS) == 6
    photos = PhotoFile(path)
    assert (photos.classes, photos.labels.tolist()) == (folder.classes, folder.labels.tolist())
    image = photos.open(5, least_px=0)
    assert min(image.size) == 20
    np.testing.assert_allclose(image.getpixel((5, 5)), COLOURS["dog"], atol=6)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("label", np.array([0] * 5 + [7])),
        ("split", np.full(6, 9, np.uint8)),
        ("photo_offsets", np.array([0, 5, 3, 6, 7, 8, 9])),
        ("classes", np.zeros(3, np.uint8)),
    ],
)
def test_a_damaged_file_raises_an_error(tmp_path: Path, name: str, value: np.ndarray) -> None:
    path = tmp_path / "p.h5"
    write_photos(path, PhotoFolder(folder_of(tmp_path / "photos")), size_px=20, facts=FACTS)
    with h5py.File(path, "a") as file:
        del file[name]
        file[name] = value
    with pytest.raises(CorpusError):
        PhotoFile(path)


def test_the_command_builds_a_file_and_leaves_out_damaged_photos(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, built = folder_of(tmp_path / "photos"), tmp_path / "p.h5"
    (folder / "train" / "cat" / "bad.jpg").write_bytes(b"nothing")
    arguments = ["data", "build", "photos", str(folder), "-o", str(built)]
    assert main(arguments) == 2
    assert "bad.jpg is not a picture in a supported format but text" in capsys.readouterr().err
    assert not built.exists()
    assert main([*arguments, "--skip-damaged"]) == 0
    assert "1 were left out:" in capsys.readouterr().err
    loader = LoaderSettings(size=2, batches=1)
    module = PhotoDataModule(str(built), PhotoCrops(size_px=16), loader)
    module.setup("fit")
    assert len(list(module.train_dataloader())) == 1
    assert len(PhotoFile(built).labels) == 6
    capsys.readouterr()
    assert main(["data", "info", str(built)]) == 0
    assert '"classes": 2' in capsys.readouterr().out


def test_the_command_says_why_no_photo_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(b"nothing")
    built = str(tmp_path / "p.h5")
    assert main(["data", "build", "photos", str(tmp_path), "-o", built, "--skip-damaged"]) == 2
    error = capsys.readouterr().err
    assert f"no photos to write to {built}: all 1 were left out, as " in error
    assert "a.jpg is not a picture" in error
