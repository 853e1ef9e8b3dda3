from pathlib import Path

import pytest
import torch
from PIL import Image

from data.errors import DataError
from data.training.batch_loader import LoaderSettings
from data.training.photo_module import PhotoDataModule
from data.training.photo_transforms import PhotoCrops
from tests.data.pictures.photo_folders import COLOURS, folder_of

LOADER = LoaderSettings(size=3, batches=None, validation_batches=None)


def module(folder: Path, classes: int | None = None, **crops: object) -> PhotoDataModule:
    built = PhotoDataModule(str(folder), PhotoCrops(**({"size_px": 16} | crops)), LOADER, classes)  # type: ignore[arg-type]
    built.setup("fit")
    return built


def test_an_epoch_has_every_photo_once_and_is_the_same_for_a_seed(tmp_path: Path) -> None:
    folder = folder_of(folder_of(tmp_path), split="val", each=1)
    batches = list(module(folder).train_dataloader())
    assert sorted(int(label) for _, labels in batches for label in labels) == [0, 0, 0, 1, 1, 1]
    images, labels = batches[0]
    assert images.shape == (3, 3, 16, 16)
    for image, label in zip(images, labels, strict=True):
        expected = torch.tensor(list(COLOURS.values())[int(label)]) / 255
        torch.testing.assert_close(image[:, 8, 8], expected)
    torch.testing.assert_close(images, next(iter(module(folder).train_dataloader()))[0])
    (images, labels), *rest = list(module(folder).val_dataloader())
    assert (images.shape, labels.tolist(), rest) == ((2, 3, 16, 16), [0, 1], [])


def test_a_batch_leaves_the_random_numbers_of_the_training_alone(tmp_path: Path) -> None:
    batches = module(folder_of(tmp_path))._batches("train")
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first = batches[0, 0][0]
    assert torch.rand(1) == expected
    torch.testing.assert_close(first, batches[0, 0][0])


def test_pictures_grow_with_the_epochs_of_a_training(tmp_path: Path) -> None:
    grown = module(folder_of(folder_of(tmp_path), split="val"), growing={0: 8, 2: 12, 5: 16})
    batches = grown._batches("train")
    sides = [batches[epoch, 0][0].shape[2] for epoch in range(7)]
    assert sides == [8, 8, 12, 12, 12, 16, 16]
    assert grown._batches("validation")[0, 0][0].shape[2] == 16


def test_only_the_photos_of_the_first_classes_are_used(tmp_path: Path) -> None:
    folder = folder_of(folder_of(tmp_path), split="val", each=2)
    one = module(folder, 1)
    assert one.classes == ("cat",)
    (_, labels), *rest = one.val_dataloader()
    assert (labels.tolist(), rest, len(one._batches("train"))) == ([0, 0], [], 3)
    with pytest.raises(DataError, match=r"classes is 3; .* has 2"):
        module(folder, 3)


def test_classes_are_taken_at_equal_distances(tmp_path: Path) -> None:
    for number in range(5):
        for split in ("train", "val"):
            folder = tmp_path / split / f"class{number}"
            folder.mkdir(parents=True)
            Image.new("RGB", (16, 16), (50 * number, 0, 0)).save(folder / "photo.png")
    spread = PhotoDataModule(str(tmp_path), PhotoCrops(size_px=16), LOADER, classes=2, every=2)
    spread.setup("fit")
    assert spread.classes == ("class0", "class2")
    ((images, labels),) = spread.val_dataloader()
    assert labels.tolist() == [0, 1]
    reds = (images[:, 0, 8, 8] * 255).round().int().tolist()
    assert reds == [0, 100]
    for classes, every, message in (
        (4, 2, "classes is 4; .* has 3 with every = 2"),
        (1, 0, "every is 0; it is 1 or more"),
    ):
        with pytest.raises(DataError, match=message):
            PhotoDataModule(str(tmp_path), classes=classes, every=every).setup("fit")


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("least_share", 0, "least_share is 0; allowed: above 0, to 1"),
        ("kept", 1.5, "kept is 1.5; allowed: above 0, to 1"),
        ("aspect", 0.5, "aspect is 0.5; allowed: 1 or more"),
        ("size_px", 0, "size_px is 0; allowed: 1 or more"),
        ("growing", {0: 0}, "growing is 0; allowed: 1 or more"),
    ],
)
def test_a_setting_out_of_range_is_an_error(setting: str, value: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        PhotoCrops(**{setting: value})  # type: ignore[arg-type]
