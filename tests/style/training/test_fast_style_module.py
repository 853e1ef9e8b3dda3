"""Training of a fast style network, on random weights of AlexNet."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from kanji.lightning_command import main
from style.training.fast_style_module import FastStyleModule

CONFIG = Path(__file__).parents[3] / "style" / "configs" / "fast_style.yaml"
STYLES = {"asanoha": "drawn", "seigaiha": "drawn", "sumi": "drawn"}
LAYERS = {"backbone": "alexnet", "style_layers": "relu1,conv2", "content_layer": "conv3"}


def photos(folder: Path, count: int = 4) -> Path:
    """A folder of random photos, one of them for validation."""
    generator = np.random.default_rng(1)
    for number in range(count):
        split = folder / ("val" if number == 0 else "train")
        split.mkdir(parents=True, exist_ok=True)
        pixels = generator.integers(0, 256, (80, 80, 3), np.uint8)
        Image.fromarray(pixels).save(split / f"{number}.png")
    return folder


@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.slow
def test_the_shipped_configuration_trains_validates_and_resumes(
    tmp_path: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("alexnet")
    options = [
        f"--config={CONFIG}",
        *(f"--model.init_args.{name}={value}" for name, value in LAYERS.items()),
        f"--model.init_args.styles={STYLES}",
        "--model.init_args.reconstruction_steps=1",
        f"--data.init_args.photos={photos(tmp_path / 'photos')}",
        "--data.init_args.crops.size_px=64",
        "--data.init_args.loader.size=3",
        "--trainer.check_val_every_n_epoch=1",
        "--trainer.logger=false",
        "--trainer.enable_progress_bar=false",
        f"--trainer.default_root_dir={tmp_path}",
        "--trainer.callbacks=lightning.pytorch.callbacks.ModelCheckpoint",
        f"--trainer.callbacks.dirpath={tmp_path / 'runs'}",
        "--trainer.callbacks.save_last=true",
        "--trainer.callbacks+=style.training.painted_sheets.PaintedSheets",
        f"--trainer.callbacks.folder={tmp_path / 'sheets'}",
        "--trainer.callbacks.every=2",
    ]
    main(["fit", *options, "--trainer.max_steps=2"])
    with Image.open(tmp_path / "sheets" / "000002.jpg") as sheet:
        assert sheet.size == (64 * 4, 64)
    last = tmp_path / "runs" / "last.ckpt"
    main(["fit", *options, "--trainer.max_steps=3", f"--ckpt_path={last}"])
    assert torch.load(last, weights_only=True)["global_step"] == 3


def test_every_style_comes_once_before_any_comes_again() -> None:
    module = FastStyleModule({name: "drawn" for name in "abcdef"})
    for turn in range(4):
        steps = [module.styles_of_step(3 * turn + part, 2) for part in range(3)]
        assert sorted(torch.cat(steps).tolist()) == list(range(6))
