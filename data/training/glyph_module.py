"""Pictures of characters for training: of CASIA's `.gnt`, and rendered ink, as a data module.

```python
from data.training.glyph_module import GlyphDataModule

module = GlyphDataModule(candidates="joyo", size=64, batches=10)      # rendered ink alone
module.setup("fit")
images, labels = next(iter(module.train_dataloader()))                # (64, 1, 64, 64) and (64,)
```
Files of pictures are built by `hitsujun data build glyphs Gnt1.0Test.zip -o glyphs.h5`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import lightning as L
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from data.characters import characters
from data.errors import DataError
from data.ink.packed import SPLITS
from data.pictures.glyphs import SIZE_PX, Glyphs
from data.pictures.rendering import rendered
from data.references.store import merged_references
from data.synthetic.mistakes import Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from data.training.batch_loader import VALIDATION, Batch, Place, batch_loader
from data.training.corpus_rows import Shuffled, rows_of


class GlyphBatches(Dataset[Batch]):
    """Batches by (epoch, number): `share` of each from files, the rest rendered ink."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        files: Sequence[Glyphs] = (),
        *,
        split: str,
        size: int,
        size_px: int,
        share: float,
        seed: int,
        model: WriterModel | None = None,
    ) -> None:
        self.synthesizer, self.files, self.model = synthesizer, tuple(files), model
        self.size, self.size_px, self.seed = size, size_px, seed
        found = [rows_of(f.label, f.splits, synthesizer.characters, split) for f in files]
        self._file = np.repeat(np.arange(len(found)), [len(rows) for rows, _ in found])
        self._row = np.concatenate([rows for rows, _ in found] or [np.zeros(0, np.int64)])
        self._labels = np.concatenate([labels for _, labels in found] or [np.zeros(0, np.int64)])
        self._order = Shuffled(len(self._row))
        self.from_files = round(size * share) if len(self._row) else 0

    def __len__(self) -> int:
        """How many pictures of files there are."""
        return len(self._row)

    def __getitem__(self, place: Place) -> Batch:
        """Images (size, 1, S, S) float32, paper 0 and ink 1; labels (size,) int64."""
        epoch, number = place
        generator = np.random.default_rng((self.seed, epoch, number))
        images = np.zeros((self.size, self.size_px, self.size_px), np.float32)
        labels = np.zeros(self.size, np.int64)
        if self.from_files:
            chosen = self._order.rows(epoch, number, self.from_files, self.seed)
            labels[: self.from_files] = self._labels[chosen]
            for file, glyphs in enumerate(self.files):
                here = np.flatnonzero(self._file[chosen] == file)
                if len(here):
                    images[here] = glyphs.images(self._row[chosen[here]]) / np.float32(255)
        rest = self.size - self.from_files
        if rest:
            drawn = generator.integers(len(self.synthesizer.characters), size=rest)
            # Order and direction leave no trace in a picture.
            drawing = self.synthesizer.draw(
                drawn, generator, model=self.model, mistakes=Mistakes.none()
            )
            lines, ink = drawing.polylines()
            images[self.from_files :] = rendered(lines, ink, rest, generator, size_px=self.size_px)
            labels[self.from_files :] = drawn
        return torch.from_numpy(images[:, None]), torch.from_numpy(labels)


class GlyphDataModule(L.LightningDataModule):
    """`batches` batches of `size` pictures an epoch, spread over the processes of a training.

    `files`: HDF5 files of pictures, of which `file_share` of each batch comes, their split "train"
    in training and "test" else; the rest is ink of `references`, rendered. Pictures are squares of
    `size_px`, that of the files where there are any.
    """

    def __init__(
        self,
        candidates: str = "all",
        references: Sequence[str] = ("ja",),
        files: Sequence[Path] = (),
        file_share: float = 0.5,
        size: int = 128,
        batches: int = 250,
        validation_batches: int = 4,
        size_px: int = SIZE_PX,
        workers: int = 0,
        seed: int = 1,
        writer: WriterModel | None = None,
    ) -> None:
        super().__init__()
        if not 0 <= file_share <= 1 or size < 1:
            raise DataError("file_share lies from 0 to 1; size is 1 or more")
        self.save_hyperparameters(ignore=["writer"])
        self.candidates, self.references = candidates, tuple(references)
        self.files, self.file_share, self.size_px = tuple(files), file_share, size_px
        self.size, self.batches, self.validation_batches = size, batches, validation_batches
        self.workers, self.seed, self.writer = workers, seed, writer

    def setup(self, stage: str) -> None:
        found = merged_references(self.references)
        self._synthesizer = Synthesizer(characters(self.candidates), found)
        self._files = [Glyphs(path) for path in self.files]
        sizes = {glyphs.size_px for glyphs in self._files} or {self.size_px}
        if sizes != {self.size_px}:
            raise DataError(f"the files have pictures of {sorted(sizes)} px, not {self.size_px}")

    def train_dataloader(self) -> DataLoader[Batch]:
        return self._loader(SPLITS[0], self.seed, self.batches)

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._loader(SPLITS[2], self.seed + VALIDATION, self.validation_batches)

    def test_dataloader(self) -> DataLoader[Batch]:
        return self.val_dataloader()

    def _loader(self, split: str, seed: int, count: int) -> DataLoader[Batch]:
        batches = GlyphBatches(
            self._synthesizer,
            self._files,
            split=split,
            size=self.size,
            size_px=self.size_px,
            share=self.file_share,
            seed=seed,
            model=self.writer,
        )
        is_training = split == SPLITS[0]
        return batch_loader(
            batches, count, trainer=self.trainer, workers=self.workers, moving=is_training
        )
