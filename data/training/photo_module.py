"""Photos for training as a Lightning data module.

```python
from data.training.photo_module import PhotoDataModule

module = PhotoDataModule("photos/", size_px=256, size=4)    # a folder, or a file of photos
module.setup("fit")
images, labels = next(iter(module.train_dataloader()))      # (4, 3, 256, 256) and (4,)
```
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from data.errors import DataError
from data.ink.packed import SPLITS
from data.pictures.photos import Photos, open_photos
from data.training.batch_loader import Batch, BatchDataModule, BatchIndex, LoaderSettings
from data.training.corpus_rows import ShuffledRows

CENTRE = 0.875  # of the shorter side, kept in validation as is customary for ImageNet

Pixels = npt.NDArray[np.uint8]


class PhotoBatches(Dataset[Batch]):
    """Batches of `size` photos of a split by (epoch, number).

    Photos of the split "train" are shuffled, cropped and mirrored at random. Those of another
    split come in their order, each cropped in the middle; their last batch may be smaller.
    """

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
        self._shuffled = ShuffledRows(len(self._rows))

    def __len__(self) -> int:
        """The number of photos."""
        return len(self._rows)

    def __getitem__(self, index: BatchIndex) -> Batch:
        """Images (size, 3, size_px, size_px) float32, sRGB in [0, 1]; labels (size,) int64."""
        epoch, number = index
        generator = np.random.default_rng((self.seed, epoch, number))
        if self.is_training:
            rows = self._rows[self._shuffled.rows(epoch, number, self.size, self.seed)]
        else:
            rows = self._rows[number * self.size : (number + 1) * self.size]
        images = np.stack([self._image(int(row), generator) for row in rows])
        tensor = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255
        return tensor, torch.from_numpy(self.photos.labels[rows])

    def _image(self, row: int, generator: np.random.Generator) -> Pixels:
        """A square of one photo: (size_px, size_px, 3)."""
        image = self.photos.open(row, least_px=self.size_px)
        width, height = image.size
        scale = np.sqrt(generator.uniform(self.least_share, 1)) if self.is_training else CENTRE
        side = scale * min(width, height)
        if self.is_training:
            left, top = generator.uniform(0, 1, 2) * (width - side, height - side)
        else:
            left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
        size = (self.size_px, self.size_px)
        pixels = np.asarray(image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=2))
        is_mirrored = self.is_training and generator.random() < 0.5
        return pixels[:, ::-1] if is_mirrored else pixels


class PhotoDataModule(BatchDataModule):
    """Batches of photos and their classes; an epoch has every photo once.

    `photos`: a folder, ImageNet's class folders among them, or a file of photos. In training a
    random square is cropped, of at least the fraction `least_share` of the largest square's area,
    and mirrored every other time; in validation the square is in the middle. Pictures are scaled
    to `size_px`. `batches` and `validation_batches` limit an epoch; the other settings are those of
    `LoaderSettings`.

    Raises DataError for a `least_share` outside (0, 1], and a `size` or `size_px` below 1.
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
        super().__init__(LoaderSettings(size, batches, validation_batches, workers, seed))
        if not 0 < least_share <= 1:
            raise DataError(f"least_share is {least_share}; allowed: above 0, to 1")
        if size_px < 1:
            raise DataError(f"size_px is {size_px}; allowed: 1 or more")
        self.photos, self.size_px, self.least_share = Path(photos), size_px, least_share
        self.save_hyperparameters()

    def setup(self, stage: str) -> None:
        self._photos = open_photos(self.photos)
        self.classes = self._photos.classes

    def train_dataloader(self) -> DataLoader[Batch]:
        batches = self._batches("train")
        if not len(batches):
            raise DataError(f'{self.photos} has no photos of the split "train"')
        count = max(1, len(batches) // self.loader.size)
        most = self.loader.batches
        count = count if most is None else min(most, count)
        return self.batch_loader(batches, count, is_training=True)

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._ordered("validation")

    def test_dataloader(self) -> DataLoader[Batch]:
        return self._ordered("test")

    def _ordered(self, split: str) -> DataLoader[Batch]:
        batches = self._batches(split)
        count, most = -(-len(batches) // self.loader.size), self.loader.validation_batches
        count = count if most is None else min(most, count)
        return self.batch_loader(batches, count, is_training=False)

    def _batches(self, split: str) -> PhotoBatches:
        return PhotoBatches(
            self._photos,
            split=split,
            size=self.loader.size,
            size_px=self.size_px,
            least_share=self.least_share,
            seed=self.loader.seed,
        )
