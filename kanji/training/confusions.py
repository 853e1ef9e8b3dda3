"""Pictures of what a recognizer mistakes for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import lightning as L
import numpy as np
import torch
from PIL import Image

from data.cache import replacing
from data.characters import characters
from data.ink import Points
from data.ink.sequence import FEATURES
from data.inspection.sheet import Sample, sheet
from data.references.reference import Reference
from data.references.store import merged_references
from data.training.ink_batches import InkBatch
from kanji.training.recognizer_module import NONE, RecognizerModule

COLUMNS = 8  # cells of a row: four pairs
CELL_PX = 120
GREY = 0  # one colour for all strokes of a cell


@dataclass(frozen=True)
class Confusion:
    """An ink of `character` that was `read` as another; `strokes`: (P, 2) each, as drawn."""

    character: str
    read: str
    strokes: Sequence[Points]


def confusion_sheet(
    confusions: Sequence[Confusion], references: Mapping[str, Reference], *, most: int = 40
) -> Image.Image:
    """Pairs of cells: the ink as drawn, and what it was read as; the frequent pairs come first."""
    times = Counter((c.character, c.read) for c in confusions)
    ranked = sorted(confusions, key=lambda c: (-times[c.character, c.read], c.character, c.read))
    cells = []
    for one in ranked[:most]:
        drawn = Sample(one.strokes, f"{one.character} drawn", colours=[GREY] * len(one.strokes))
        wanted = [stroke.points for stroke in references[one.read].strokes]
        read = Sample(wanted, f"read as {one.read}", colours=[GREY + 1] * len(wanted))
        cells += [drawn, read]
    return sheet(cells, columns=COLUMNS, cell_px=CELL_PX)


class ConfusionSheets(L.Callback):
    """After every validation a sheet of its mistakes, `epoch-NN.png`, in `folder`."""

    def __init__(self, folder: Path, references: Sequence[str] = ("ja",), most: int = 40) -> None:
        self.folder, self.references, self.most = Path(folder), tuple(references), most
        self._found: list[Confusion] = []

    def on_validation_batch_end(
        self,
        trainer: L.Trainer,
        pl_module: L.LightningModule,
        outputs: object,
        batch: InkBatch,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        assert isinstance(pl_module, RecognizerModule) and isinstance(outputs, torch.Tensor)
        labels = characters(pl_module.hparams["candidates"])
        wrong = (outputs != batch.labels) & (batch.labels != NONE)
        for row in torch.nonzero(wrong)[:, 0].tolist():
            if len(self._found) == self.most:
                return
            drawn = _strokes(batch.sequences[row])
            found = Confusion(labels[batch.labels[row]], labels[int(outputs[row])], drawn)
            self._found.append(found)

    def on_validation_epoch_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        found, self._found = self._found, []
        if not found or not trainer.is_global_zero:
            return
        image = confusion_sheet(found, merged_references(self.references), most=self.most)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"epoch-{trainer.current_epoch:02d}.png"
        with replacing(path) as temporary:
            image.save(temporary, "PNG")


def _strokes(sequence: torch.Tensor) -> list[Points]:
    """The strokes that a sequence (STEPS, 8) was sampled from, as far as its samples tell."""
    rows = sequence.float().cpu().numpy()
    starts = np.flatnonzero(rows[:, FEATURES.index("new_stroke")] > 0.5)
    return [points for points in np.split(rows[:, :2], starts) if len(points)]
