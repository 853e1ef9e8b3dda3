"""Photos for training, as a Lightning data module.

```python
from data.training.photo_module import PhotoDataModule

module = PhotoDataModule("photos/", size_px=256, size=4)    # a folder, or a file of photos
module.setup("fit")
images, labels = next(iter(module.train_dataloader()))      # (4, 3, 256, 256) and (4,)
```
"""

from __future__ import annotations

from pathlib import Path

import lightning as L
import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from data.errors import DataError
from data.ink.packed import SPLITS
from data.pictures.photos import Photos, open_photos
from data.training.batch_loader import Batch, Place, batch_loader
from data.training.corpus_rows import Shuffled

MIDDLE = 0.875  # of the shorter side that is kept in validation, as is customary for ImageNet


class PhotoBatches(Dataset[Batch]):
    """Batches by (epoch, number) of a split; while training each photo is cut out at random."""

    def __init__(
        self,
        photos: Photos,
        *,
        split: str,
        size: int,
        size_px: int,
        least_share: float,
        seed: int,
    ) -> None:
        self.photos, self.size, self.size_px, self.seed = photos, size, size_px, seed
        self.least_share, self.is_training = least_share, split == SPLITS[0]
        self._rows = np.flatnonzero(photos.splits == SPLITS.index(split))
        self._order = Shuffled(len(self._rows))

    def __len__(self) -> int:
        """How many photos there are."""
        return len(self._rows)

    def __getitem__(self, place: Place) -> Batch:
        """Images (size, 3, size_px, size_px) float32, sRGB in [0, 1]; labels (size,) int64."""
        epoch, number = place
        generator = np.random.default_rng((self.seed, epoch, number))
        if self.is_training:
            chosen = self._rows[self._order.rows(epoch, number, self.size, self.seed)]
        else:
            chosen = self._rows[number * self.size : (number + 1) * self.size]
        images = np.stack([self._image(int(row), generator) for row in chosen])
        tensor = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255
        return tensor, torch.from_numpy(self.photos.labels[chosen])

    def _image(self, row: int, generator: np.random.Generator) -> np.ndarray:
        image = self.photos.open(row, least_px=self.size_px)
        width, height = image.size
        share = np.sqrt(generator.uniform(self.least_share, 1)) if self.is_training else MIDDLE
        side = share * min(width, height)
        if self.is_training:
            left, top = generator.uniform(0, 1, 2) * (width - side, height - side)
        else:
            left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
        size = (self.size_px, self.size_px)
        image = image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=2)
        pixels = np.asarray(image)
        if self.is_training and generator.random() < 0.5:
            pixels = pixels[:, ::-1]
        return pixels


class PhotoDataModule(L.LightningDataModule):
    """Photos of a folder, of ImageNet's class folders, or of a file; every one once an epoch.

    While training a square of at least `least_share` of the shorter side's is cut out at random,
    and mirrored every other time; in validation it is the middle. `batches` limits an epoch.
    """

    def __init__(
        self,
        photos: str,
        size_px: int = 256,
        size: int = 4,
        batches: int | None = None,
        validation_batches: int | None = None,
        least_share: float = 0.3,
        workers: int = 0,
        seed: int = 1,
    ) -> None:
        super().__init__()
        if not 0 < least_share <= 1 or min(size, size_px) < 1:
            raise DataError("least_share lies in (0, 1]; size and size_px are 1 or more")
        self.save_hyperparameters()
        self.photos, self.size_px, self.size = Path(photos), size_px, size
        self.batches, self.validation_batches = batches, validation_batches
        self.least_share, self.workers, self.seed = least_share, workers, seed

    def setup(self, stage: str) -> None:
        self._photos = open_photos(self.photos)
        self.classes = self._photos.classes

    def train_dataloader(self) -> DataLoader[Batch]:
        return self._loader("train", self.batches)

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._loader("validation", self.validation_batches)

    def test_dataloader(self) -> DataLoader[Batch]:
        return self._loader("test", self.validation_batches)

    def _loader(self, split: str, most: int | None) -> DataLoader[Batch]:
        batches = PhotoBatches(
            self._photos,
            split=split,
            size=self.size,
            size_px=self.size_px,
            least_share=self.least_share,
            seed=self.seed,
        )
        is_training = split == "train"
        if is_training and not len(batches):
            raise DataError(f"{self.photos} has no photos of the split train")
        whole = len(batches) // self.size if is_training else -(-len(batches) // self.size)
        count = max(whole, 1) if is_training else whole
        return batch_loader(
            batches,
            count if most is None else min(most, count),
            trainer=self.trainer,
            workers=self.workers,
            moving=is_training,
        )
