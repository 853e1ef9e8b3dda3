"""Photos for training as a Lightning data module.

```python
from data.training.photo_module import PhotoDataModule

module = PhotoDataModule("photos/")                         # a folder, tars, a file or a store
module.setup("fit")
images, labels = next(iter(module.train_dataloader()))      # (4, 3, 256, 256) and (4,)
```
"""

from __future__ import annotations

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from data.errors import DataError
from data.ink.packed import SPLITS
from data.pictures.photo_sources import open_photos
from data.pictures.photos import Photos
from data.training.batch_loader import Batch, BatchDataModule, BatchIndex, LoaderSettings
from data.training.corpus_rows import ShuffledRows
from data.training.photo_transforms import PhotoCrops

LOADER = LoaderSettings(size=4, batches=None, validation_batches=None)
CROPS = PhotoCrops()


class PhotoBatches(Dataset[Batch]):
    """Batches of `size` photos of a split by (epoch, number).

    Photos of the split "train" are shuffled and changed at random. Those of another split come in
    their order; their last batch may be smaller. `classes`: only the photos of these, by the number
    of each class; the labels of a batch count through them.
    """

    def __init__(
        self,
        photos: Photos,
        crops: PhotoCrops,
        *,
        split: str,
        size: int,
        seed: int,
        classes: range | None = None,
    ) -> None:
        self.photos, self.crops, self.size, self.seed = photos, crops, size, seed
        self.is_training = split == SPLITS[0]
        chosen = np.arange(len(photos.classes)) if classes is None else np.array(classes)
        is_chosen = (photos.splits == SPLITS.index(split)) & np.isin(photos.labels, chosen)
        self._rows = np.flatnonzero(is_chosen)
        self._labels = np.searchsorted(chosen, photos.labels)
        self._shuffled = ShuffledRows(len(self._rows))

    def __len__(self) -> int:
        """The number of photos."""
        return len(self._rows)

    def __getitem__(self, index: BatchIndex) -> Batch:
        """Images (size, 3, S, S) float32, sRGB in [0, 1]; labels (size,) int64."""
        epoch, number = index
        crops = self.crops
        if self.is_training:
            rows = self._rows[self._shuffled.rows(epoch, number, self.size, self.seed)]
            least_px, transform = crops.size_at(epoch), crops.training(epoch)
        else:
            rows = self._rows[number * self.size : (number + 1) * self.size]
            least_px, transform = crops.size_px, crops.validation()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_seed(self.seed, epoch, number))
            images = [transform(self.photos.open(int(row), least_px=least_px)) for row in rows]
        return torch.stack(images).float() / 255, torch.from_numpy(self._labels[rows])


class PhotoDataModule(BatchDataModule):
    """Batches of photos and their classes; an epoch has every photo once.

    `photos`: a folder, ImageNet's class folders among them, a file of photos, or a store of them: a
    folder that ends in .litdata, or its URL in a bucket. `classes`: only the photos of the first so
    many, in the order of their names; of every `every`th, where that is given. `crops.size_px` is
    the size of the pictures.

    Raises DataError for settings outside their range, and where there are fewer classes.
    """

    def __init__(
        self,
        photos: str,
        crops: PhotoCrops = CROPS,
        loader: LoaderSettings = LOADER,
        classes: int | None = None,
        every: int = 1,
    ) -> None:
        super().__init__(loader)
        self.photos, self.crops = photos, crops
        self.most_classes, self.every = classes, every
        settings = {"photos": photos, "size_px": crops.size_px, "classes": classes, "every": every}
        self.save_hyperparameters(settings)

    def setup(self, stage: str) -> None:
        self._photos = open_photos(self.photos)
        names = self._photos.classes
        if self.every < 1:
            raise DataError(f"every is {self.every}; it is 1 or more")
        offered = range(0, len(names), self.every)
        most = len(offered) if self.most_classes is None else self.most_classes
        if not 0 < most <= len(offered):
            of_these = f" with every = {self.every}" if self.every > 1 else ""
            raise DataError(f"classes is {most}; {self.photos} has {len(offered)}{of_these}")
        self._chosen = offered[:most]
        self.classes = tuple(names[n] for n in self._chosen)

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
            self.crops,
            split=split,
            size=self.loader.size,
            seed=self.loader.seed,
            classes=self._chosen,
        )


def _seed(*numbers: int) -> int:
    """A seed of its own for each tuple of numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])
