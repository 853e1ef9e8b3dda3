"""Sheets of painted validation photos, written while a network trains."""

from __future__ import annotations

from pathlib import Path

import lightning as L
import torch
from PIL import Image
from torch.utils.data import DataLoader

from data.training.batch_loader import Batch
from style.pictures.tensors import to_picture
from style.training.fast_style_module import FastStyleModule


class PaintedSheets(L.Callback):
    """Writes `STEP.jpg` into `folder`, every `every` steps.

    A row for each of `photos` validation photos: the photo, then every style.
    """

    def __init__(self, folder: Path, *, every: int = 250, photos: int = 2) -> None:
        self.folder, self.every, self.photos = Path(folder), every, photos

    def on_train_batch_end(
        self, trainer: L.Trainer, pl_module: L.LightningModule, *_: object
    ) -> None:
        if trainer.global_step % self.every or not trainer.is_global_zero:
            return
        assert isinstance(pl_module, FastStyleModule)
        data: L.LightningDataModule = trainer.datamodule  # type: ignore[attr-defined]
        loader: DataLoader[Batch] = data.val_dataloader()
        photos, _ = next(iter(loader))
        sheet = painted_sheet(pl_module, photos[: self.photos])
        self.folder.mkdir(parents=True, exist_ok=True)
        sheet.save(self.folder / f"{trainer.global_step:06}.jpg", quality=90)


@torch.no_grad()
def painted_sheet(module: FastStyleModule, photos: torch.Tensor) -> Image.Image:
    """A row for each photo of (B, 3, H, W): itself, then in every style."""
    styles = torch.arange(len(module.styles), device=module.device)
    rows = []
    for photo in photos.to(module.device):
        painted = module.painted(photo[None].expand(len(styles), -1, -1, -1), styles)
        rows.append(torch.cat([photo[None], painted]).permute(1, 2, 0, 3).flatten(2))
    sheet = torch.cat(rows, dim=1)[None]
    return to_picture(sheet, like=Image.new("RGB", (sheet.shape[3], sheet.shape[2])))
