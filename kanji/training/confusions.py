"""Contact sheets of the characters that a recognizer confuses."""

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
from data.ink import Points
from data.ink.sequence import FEATURES
from data.inspection.sheet import Sample, sheet
from data.references.reference import Reference
from data.references.store import merged_references
from data.training.ink_batches import InkBatch
from kanji.training.recognizer_module import NOT_A_CHARACTER, RecognizerModule

COLUMNS = 8  # cells in a row: four pairs
CELL_PX = 120
DRAWN_COLOUR, READ_COLOUR = 0, 1  # one colour for all strokes of a cell, by index


@dataclass(frozen=True)
class Confusion:
    """An ink of `character` that was `read` as another.

    `strokes`: one (P, 2) float32 array for each stroke as drawn, x right, y down, in any scale.
    """

    character: str
    read: str
    strokes: Sequence[Points]


def confusion_sheet(
    confusions: Sequence[Confusion], references: Mapping[str, Reference], *, most: int = 40
) -> Image.Image:
    """Pairs of cells: the ink as drawn, and the canonical strokes of what it was read as.

    The most frequent pairs of characters come first; at most `most` inks are shown.
    """
    times = Counter((c.character, c.read) for c in confusions)
    ranked = sorted(confusions, key=lambda c: (-times[c.character, c.read], c.character, c.read))
    cells = []
    for one in ranked[:most]:
        canonical = [stroke.points for stroke in references[one.read].strokes]
        cells += [
            _cell(one.strokes, f"{one.character} drawn", DRAWN_COLOUR),
            _cell(canonical, f"read as {one.read}", READ_COLOUR),
        ]
    return sheet(cells, columns=COLUMNS, cell_px=CELL_PX)


def _cell(strokes: Sequence[Points], caption: str, colour: int) -> Sample:
    return Sample(strokes, caption, colours=[colour] * len(strokes))


class ConfusionSheets(L.Callback):
    """Writes a sheet of the mistakes of each validation to `folder`, as `epoch-NN.png`.

    `references`: the sets that canonical strokes are taken from, in order of preference.
    `most`: how many mistakes of a validation are kept.
    """

    def __init__(self, folder: Path, references: Sequence[str] = ("ja",), most: int = 40) -> None:
        self.folder, self.references, self.most = Path(folder), tuple(references), most
        self._confusions: list[Confusion] = []

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
        labels = pl_module.labels
        wrong = (outputs != batch.labels) & (batch.labels != NOT_A_CHARACTER)
        for row in torch.nonzero(wrong)[:, 0].tolist():
            if len(self._confusions) == self.most:
                return
            character, read = labels[batch.labels[row]], labels[int(outputs[row])]
            self._confusions.append(Confusion(character, read, _strokes(batch.sequences[row])))

    def on_validation_epoch_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        confusions, self._confusions = self._confusions, []
        if not confusions or not trainer.is_global_zero:
            return
        image = confusion_sheet(confusions, merged_references(self.references), most=self.most)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"epoch-{trainer.current_epoch:02d}.png"
        with replacing(path) as temporary:
            image.save(temporary, "PNG")


def _strokes(sequence: torch.Tensor) -> list[Points]:
    """The strokes of a sequence (STEPS, 8), as the polylines through its samples."""
    rows = sequence.float().cpu().numpy()
    starts = np.flatnonzero(rows[:, FEATURES.index("new_stroke")] > 0.5)
    return [points for points in np.split(rows[:, :2], starts) if len(points)]
