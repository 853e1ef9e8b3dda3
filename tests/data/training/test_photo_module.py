from pathlib import Path

import pytest
import torch

from data.errors import DataError
from data.training.photo_module import PhotoDataModule
from tests.data.pictures.photo_folders import COLOURS, folder_of


def test_an_epoch_has_every_photo_once_and_is_the_same_for_a_seed(tmp_path: Path) -> None:
    folder = folder_of(folder_of(tmp_path), split="val", each=1)

    def module() -> PhotoDataModule:
        built = PhotoDataModule(str(folder), size_px=16, size=3)
        built.setup("fit")
        return built

    batches = list(module().train_dataloader())
    assert sorted(int(label) for _, labels in batches for label in labels) == [0, 0, 0, 1, 1, 1]
    images, labels = batches[0]
    assert images.shape == (3, 3, 16, 16)
    for image, label in zip(images, labels, strict=True):
        expected = torch.tensor(list(COLOURS.values())[int(label)]) / 255
        torch.testing.assert_close(image[:, 8, 8], expected)
    torch.testing.assert_close(images, next(iter(module().train_dataloader()))[0])
    (images, labels), *rest = list(module().val_dataloader())
    assert (images.shape, labels.tolist(), rest) == ((2, 3, 16, 16), [0, 1], [])
    with pytest.raises(DataError, match="least_share is 0; allowed: above 0, to 1"):
        PhotoDataModule(str(folder), least_share=0)
    with pytest.raises(DataError, match="size is 0; allowed: 1 or more"):
        PhotoDataModule(str(folder), size=0)
