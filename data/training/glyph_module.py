"""Pictures of characters for training as a Lightning data module: CASIA's `.gnt`, and drawn ink.

```python
from data.training.batch_loader import LoaderSettings
from data.training.glyph_module import GlyphDataModule

loader = LoaderSettings(size=64, batches=10)
module = GlyphDataModule(candidates="joyo", loader=loader)            # synthetic ink alone
module.setup("fit")
images, labels = next(iter(module.train_dataloader()))                # (64, 1, 64, 64) and (64,)
```
Files of pictures are built by `hitsujun data build glyphs Gnt1.0Test.zip -o glyphs.h5`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from data.characters import characters
from data.errors import DataError
from data.ink.packed import SPLITS
from data.ink.sequence import Array, Integers
from data.pictures.glyphs import SIZE_PX, Glyphs
from data.pictures.rendering import rendered
from data.references.store import merged_references
from data.synthetic.mistakes import Generator, Mistakes
from data.synthetic.synthesizer import Synthesizer
from data.synthetic.writer import WriterModel
from data.training.batch_loader import (
    VALIDATION_SEED,
    Batch,
    BatchDataModule,
    BatchIndex,
    LoaderSettings,
)
from data.training.corpus_rows import FileRows, ShuffledRows

LOADER = LoaderSettings(size=128)


class GlyphBatches(Dataset[Batch]):
    """Batches of `size` pictures by (epoch, number).

    The fraction `file_share` of each comes from the rows of `split` in `files`, where there are
    any; the rest is synthetic ink by writers of `model`.
    """

    def __init__(
        self,
        synthesizer: Synthesizer,
        files: Sequence[Glyphs] = (),
        *,
        split: str,
        size: int,
        size_px: int,
        file_share: float,
        seed: int,
        model: WriterModel | None = None,
    ) -> None:
        self.synthesizer, self.files, self.model = synthesizer, tuple(files), model
        self.size, self.size_px, self.seed = size, size_px, seed
        self._rows = FileRows.of(files, synthesizer.characters, split)
        self._shuffled = ShuffledRows(len(self._rows))
        self.from_files = round(size * file_share) if len(self._rows) else 0

    def __len__(self) -> int:
        """The number of pictures in the files."""
        return len(self._rows)

    def __getitem__(self, index: BatchIndex) -> Batch:
        """Images (size, 1, S, S) float32, paper 0 and ink 1; labels (size,) int64."""
        epoch, number = index
        generator = np.random.default_rng((self.seed, epoch, number))
        images = np.zeros((self.size, self.size_px, self.size_px), np.float32)
        labels = np.zeros(self.size, np.int64)
        if self.from_files:
            rows = self._shuffled.rows(epoch, number, self.from_files, self.seed)
            images[: self.from_files] = self._read(rows)
            labels[: self.from_files] = self._rows.label[rows]
        if self.from_files < self.size:
            characters = len(self.synthesizer.characters)
            drawn = generator.integers(characters, size=self.size - self.from_files)
            images[self.from_files :] = self._draw(drawn, generator)
            labels[self.from_files :] = drawn
        return torch.from_numpy(images[:, None]), torch.from_numpy(labels)

    def _read(self, rows: Integers) -> Array:
        images = np.zeros((len(rows), self.size_px, self.size_px), np.float32)
        for number, file in enumerate(self.files):
            positions, file_rows = self._rows.in_file(number, rows)
            if len(positions):
                images[positions] = file.images(file_rows) / np.float32(255)
        return images

    def _draw(self, labels: Integers, generator: Generator) -> Array:
        # Order and direction leave no trace in a picture, so no mistakes are drawn.
        drawing = self.synthesizer.draw(
            labels, generator, model=self.model, mistakes=Mistakes.none()
        )
        lines, ink = drawing.polylines()
        return rendered(lines, ink, len(labels), generator, size_px=self.size_px)


class GlyphDataModule(BatchDataModule):
    """Batches of pictures of characters and their labels.

    `candidates`: lists of `data.characters`, joined by "+". `files`: HDF5 files of pictures, from
    which the fraction `file_share` of each batch comes; training takes their split "train",
    validation and testing their split "test". The other pictures are synthetic ink, drawn from
    `references` by writers of `writer`. Pictures are squares of `size_px`, which the files must
    have too.

    Raises DataError for a `file_share` outside 0 to 1, and in `setup` for files of another size.
    """

    def __init__(
        self,
        candidates: str = "all",
        references: Sequence[str] = ("ja",),
        files: Sequence[Path] = (),
        file_share: float = 0.5,
        size_px: int = SIZE_PX,
        loader: LoaderSettings = LOADER,
        writer: WriterModel | None = None,
    ) -> None:
        super().__init__(loader)
        if not 0 <= file_share <= 1:
            raise DataError(f"file_share is {file_share}; allowed: 0 to 1")
        loader.required("batches")
        loader.required("validation_batches")
        self.candidates, self.references = candidates, tuple(references)
        self.files, self.file_share, self.size_px = tuple(files), file_share, size_px
        self.writer = writer
        self.save_hyperparameters(
            {
                "candidates": candidates,
                "references": list(references),
                "files": [str(path) for path in files],
                "file_share": file_share,
                "size_px": size_px,
                "loader": asdict(loader),
            }
        )

    def setup(self, stage: str) -> None:
        references = merged_references(self.references)
        self._synthesizer = Synthesizer(characters(self.candidates), references)
        self._files = [Glyphs(path) for path in self.files]
        sizes = {glyphs.size_px for glyphs in self._files} or {self.size_px}
        if sizes != {self.size_px}:
            raise DataError(f"the files have pictures of {sorted(sizes)} px, not {self.size_px}")

    def train_dataloader(self) -> DataLoader[Batch]:
        batches = self._batches(SPLITS[0], self.loader.seed)
        return self.batch_loader(batches, self.loader.required("batches"), is_training=True)

    def val_dataloader(self) -> DataLoader[Batch]:
        batches = self._batches(SPLITS[2], self.loader.seed + VALIDATION_SEED)
        count = self.loader.required("validation_batches")
        return self.batch_loader(batches, count, is_training=False)

    def test_dataloader(self) -> DataLoader[Batch]:
        return self.val_dataloader()

    def _batches(self, split: str, seed: int) -> GlyphBatches:
        return GlyphBatches(
            self._synthesizer,
            self._files,
            split=split,
            size=self.loader.size,
            size_px=self.size_px,
            file_share=self.file_share,
            seed=seed,
            model=self.writer,
        )
