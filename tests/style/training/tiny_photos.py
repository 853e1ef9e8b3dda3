"""Folders of small photos for trainings, and the options of a training of one or two steps."""

from pathlib import Path

import lightning as L
import numpy as np
from PIL import Image

CONFIGS = Path(__file__).parents[3] / "style" / "configs"
# Of a training of painting, on AlexNet.
LAYERS = {"backbone": "alexnet", "style_layers": "relu1,conv2", "content_layer": "conv3"}


class Killed(L.Callback):
    """Ends a training by an error after `steps` steps, as a kill would, behind its checkpoint."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def on_train_batch_start(self, trainer: L.Trainer, *_: object) -> None:
        if trainer.global_step == self.steps:
            raise InterruptedError


def killed_at(steps: int) -> list[str]:
    """Options that add it."""
    name = f"{Killed.__module__}.{Killed.__qualname__}"
    return [f"--trainer.callbacks+={name}", f"--trainer.callbacks.steps={steps}"]


def photo_folder(folder: Path, *, classes: int = 2, each: int = 4, side: int = 40) -> Path:
    """Random photos: `train` and `val`, in it a folder for each class."""
    generator = np.random.default_rng(1)
    for split, count in (("train", each), ("val", 1)):
        for number in range(classes):
            path = folder / split / f"n{number:02}"
            path.mkdir(parents=True, exist_ok=True)
            for photo in range(count):
                pixels = generator.integers(0, 256, (side, side, 3), np.uint8)
                Image.fromarray(pixels).save(path / f"{photo}.png")
    return folder


def options(config: str, photos: Path, runs: Path) -> list[str]:
    """Of a shipped configuration, with these photos and checkpoints in `runs`."""
    return [
        f"--config={CONFIGS / config}",
        f"--data.init_args.photos={photos}",
        "--data.init_args.crops.growing={0: 32}",
        "--data.init_args.crops.size_px=40",
        "--data.init_args.loader.size=2",
        "--data.init_args.loader.workers=0",
        "--trainer.accelerator=cpu",
        "--trainer.devices=1",
        "--trainer.strategy=auto",
        "--trainer.max_epochs=2",
        *_in_silence(runs),
        "--trainer.callbacks+=lightning.pytorch.callbacks.EMAWeightAveraging",
        "--trainer.callbacks.decay=0.5",
    ]


def photos(folder: Path, count: int = 4) -> Path:
    """A folder of random photos, one of them for validation."""
    generator = np.random.default_rng(1)
    for number in range(count):
        split = folder / ("val" if number == 0 else "train")
        split.mkdir(parents=True, exist_ok=True)
        pixels = generator.integers(0, 256, (80, 80, 3), np.uint8)
        Image.fromarray(pixels).save(split / f"{number}.png")
    return folder


def painting_options(config: str, folder: Path, runs: Path) -> list[str]:
    """Of a shipped configuration of painting, with checkpoints and sheets in `runs`."""
    return [
        f"--config={CONFIGS / config}",
        *(f"--model.init_args.{name}={value}" for name, value in LAYERS.items()),
        "--model.init_args.reconstruction_steps=1",
        f"--data.init_args.photos={folder}",
        *_in_silence(runs),
        "--trainer.callbacks+=style.training.painted_sheets.PaintedSheets",
        f"--trainer.callbacks.folder={runs / 'sheets'}",
        "--trainer.callbacks.every=2",
    ]


def _in_silence(runs: Path) -> list[str]:
    """Options that save a checkpoint at every step, and print nothing."""
    return [
        "--trainer.check_val_every_n_epoch=1",
        "--trainer.logger=false",
        "--trainer.enable_progress_bar=false",
        f"--trainer.default_root_dir={runs}",
        "--trainer.callbacks=lightning.pytorch.callbacks.ModelCheckpoint",
        f"--trainer.callbacks.dirpath={runs}",
        "--trainer.callbacks.save_last=true",
        "--trainer.callbacks.every_n_train_steps=1",
    ]
