"""Photos with pictures of styles."""

from pathlib import Path

import torch

from data.training.batch_loader import LoaderSettings
from data.training.photo_transforms import PhotoCrops
from data.training.styled_photo_module import StyledPhotoDataModule
from tests.data.pictures.photo_folders import folder_of

LOADER = LoaderSettings(size=2, batches=None, validation_batches=None)


def module(folder: Path, styles: Path) -> StyledPhotoDataModule:
    crops = (PhotoCrops(size_px=16), PhotoCrops(size_px=8))
    built = StyledPhotoDataModule(str(folder), str(styles), *crops, LOADER)
    built.setup("fit")
    return built


def test_each_photo_has_a_picture_of_a_style(tmp_path: Path) -> None:
    photos, styles = folder_of(tmp_path / "photos"), folder_of(tmp_path / "styles")
    folder_of(photos, split="val", each=1)
    built = module(photos, styles)
    for loader in (built.train_dataloader(), built.val_dataloader()):
        for images, pictures in loader:
            assert images.shape == (2, 3, 16, 16)
            assert pictures.shape == (2, 3, 8, 8)


def test_the_next_epoch_goes_on_with_the_next_styles(tmp_path: Path) -> None:
    photos, styles = folder_of(tmp_path / "photos", each=1), folder_of(tmp_path / "styles", each=2)
    batches = module(photos, styles)._batches("train")
    found = torch.cat([batches[epoch, 0][1] for epoch in range(2)])
    colours = sorted(tuple(picture[:, 4, 4].tolist()) for picture in found)
    assert len(batches) == 2
    assert colours[0] == colours[1] != colours[2] == colours[3]
    torch.testing.assert_close(batches[1, 0][1], batches[1, 0][1])


def test_one_style_serves_all_photos_and_validation(tmp_path: Path) -> None:
    photos = folder_of(folder_of(tmp_path / "photos"), split="val", each=1)
    styles = folder_of(tmp_path / "styles", each=1)
    for path in sorted(styles.rglob("*.*"))[1:]:
        path.unlink()
    _, pictures = next(iter(module(photos, styles).val_dataloader()))
    torch.testing.assert_close(pictures[0], pictures[1])
