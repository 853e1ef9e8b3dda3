"""Photos, and pictures of styles to paint them in, as a Lightning data module."""

from __future__ import annotations

import torch

from data.pictures.photo_sources import open_photos
from data.pictures.photos import Photos
from data.training.batch_loader import Batch, BatchIndex, LoaderSettings
from data.training.photo_module import CROPS, LOADER, PhotoBatches, PhotoDataModule
from data.training.photo_transforms import PhotoCrops

STYLE_SEED = 7  # added to the seed of the photos: styles come in an order of their own


class StyledPhotoBatches(PhotoBatches):
    """Batches of photos, with a picture of `styles` for each; the next epoch has the next ones."""

    def __init__(
        self,
        photos: Photos,
        crops: PhotoCrops,
        styles: PhotoBatches,
        *,
        split: str,
        size: int,
        seed: int,
    ) -> None:
        super().__init__(photos, crops, split=split, size=size, seed=seed)
        self.styles = styles

    def __getitem__(self, index: BatchIndex) -> Batch:
        """Photos and pictures (size, 3, S, S) float32, sRGB in [0, 1]; their sizes may differ."""
        epoch, number = index
        photos, _ = super().__getitem__(index)
        position = epoch * (len(self) // self.size) + number
        turn, place = divmod(position, max(1, len(self.styles) // self.size))
        pictures, _ = self.styles[turn, place]
        return photos, pictures[torch.arange(len(photos)) % len(pictures)]


class StyledPhotoDataModule(PhotoDataModule):
    """Batches of photos and pictures of styles; an epoch has every photo once.

    `photos`, `crops`: as of PhotoDataModule; `styles`, `style_crops`: the same of the styles, whose
    `growing` counts the turns through them. Where the styles are so few that none is for
    validation, those of training serve there too.

    Raises what PhotoDataModule raises, of `styles` as well.
    """

    def __init__(
        self,
        photos: str,
        styles: str,
        crops: PhotoCrops = CROPS,
        style_crops: PhotoCrops = CROPS,
        loader: LoaderSettings = LOADER,
    ) -> None:
        super().__init__(photos, crops, loader)
        self.styles, self.style_crops = styles, style_crops
        self.save_hyperparameters({"styles": styles})

    def setup(self, stage: str) -> None:
        super().setup(stage)
        self._styles = open_photos(self.styles)

    def _batches(self, split: str) -> StyledPhotoBatches:
        size, seed = self.loader.size, self.loader.seed
        styles = self._styles_of(split)
        if not len(styles):
            styles = self._styles_of("train")
        return StyledPhotoBatches(
            self._photos, self.crops, styles, split=split, size=size, seed=seed
        )

    def _styles_of(self, split: str) -> PhotoBatches:
        size, seed = self.loader.size, self.loader.seed + STYLE_SEED
        return PhotoBatches(self._styles, self.style_crops, split=split, size=size, seed=seed)
