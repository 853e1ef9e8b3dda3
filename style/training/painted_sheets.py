"""Sheets of painted validation photos, written while a network trains."""

from __future__ import annotations

from pathlib import Path

import lightning as L
import torch
from PIL import Image
from torch.nn import functional
from torch.utils.data import DataLoader

from data.training.batch_loader import Batch
from style.pictures.tensors import to_picture
from style.training.painting_module import PaintingModule


class PaintedSheets(L.Callback):
    """Writes `STEP.jpg` into `folder`, every `every` steps.

    A row for each of `photos` validation photos: the photo, then the styles that the module shows.
    Where these are pictures, they stand above.
    """

    def __init__(self, folder: Path, *, every: int = 250, photos: int = 2) -> None:
        self.folder, self.every, self.photos = Path(folder), every, photos

    def on_train_batch_end(
        self, trainer: L.Trainer, pl_module: L.LightningModule, *_: object
    ) -> None:
        if trainer.global_step % self.every or not trainer.is_global_zero:
            return
        assert isinstance(pl_module, PaintingModule)
        data: L.LightningDataModule = trainer.datamodule  # type: ignore[attr-defined]
        loader: DataLoader[Batch] = data.val_dataloader()
        batch = next(iter(loader))
        sheet = painted_sheet(pl_module, batch[0][: self.photos], pl_module.shown_styles(batch))
        self.folder.mkdir(parents=True, exist_ok=True)
        sheet.save(self.folder / f"{trainer.global_step:06}.jpg", quality=90)


@torch.no_grad()
def painted_sheet(
    module: PaintingModule, photos: torch.Tensor, styles: torch.Tensor
) -> Image.Image:
    """A row for each photo of (B, 3, H, W): itself, then in every style."""
    photos, styles = photos.to(module.device), styles.to(module.device)
    rows = []
    if styles.ndim == photos.ndim:
        pictures = functional.interpolate(styles, photos.shape[-2:])
        rows.append([torch.ones_like(photos[:1]), pictures])
    for photo in photos:
        painted = module.painted(photo[None].expand(len(styles), -1, -1, -1), styles)
        rows.append([photo[None], painted])
    sheet = torch.cat([torch.cat(row).permute(1, 2, 0, 3).flatten(2) for row in rows], dim=1)[None]
    return to_picture(sheet, like=Image.new("RGB", (sheet.shape[3], sheet.shape[2])))
