"""Every shipped configuration trains a step, and every data module works by its class path."""

import subprocess
import sys
from pathlib import Path

import lightning as L
import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from data.characters import characters
from data.formats.casia import write_pot
from data.references.store import load_references
from data.synthetic.synthesizer import Synthesizer
from kanji.lightning_command import main
from service.cli import main as hitsujun

CONFIGS = sorted((Path(__file__).parents[3] / "kanji" / "configs").glob("*.yaml"))
RECOGNIZER = next(path for path in CONFIGS if path.stem == "recognizer")
QUIET = ["--trainer.logger=false", "--trainer.enable_progress_bar=false", "--trainer.callbacks=[]"]
QUIET += ["--trainer.enable_checkpointing=false", "--trainer.accelerator=cpu"]


class MeanModel(L.LightningModule):
    """Learns one number from any batches: enough to take a step."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(()))

    def training_step(self, batch: tuple[torch.Tensor, torch.Tensor], _: int) -> torch.Tensor:
        assert batch[1].dtype == torch.int64
        return (batch[0].mean() - self.weight) ** 2

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.SGD(self.parameters(), lr=0.1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_configuration_trains_and_tests(config: Path, tmp_path: Path) -> None:
    arguments = [f"--config={config}", "--trainer.fast_dev_run=1", "--data.init_args.loader.size=2"]
    if config.stem == "casia":
        arguments += casia(tmp_path)
    if config.stem == "polish" or config.stem.startswith(
        "kanjivg"
    ):  # what they start from is not here
        arguments.append("--model.init_args.start_from=null")
    main(["fit", *arguments, *QUIET])
    main(["test", *arguments, *QUIET])


def casia(folder: Path) -> list[str]:
    """Options for `kanji/configs/casia.yaml` with files in CASIA's format of synthetic ink."""
    hanzi = "".join(c for c in characters("gb2312-1") if c in characters("joyo"))[:50]
    generator = np.random.default_rng(1)
    drawing = Synthesizer(hanzi, load_references("ja")).draw(np.arange(50), generator)
    inks = list(drawing.inks(hanzi, generator))
    for writer in ("1001", "1241"):
        write_pot(folder / "OLHWDB1.1" / f"{writer}.pot", inks)
    built = folder / "olhwdb.h5"
    assert hitsujun(["data", "build", "corpus", str(folder / "OLHWDB1.1"), "-o", str(built)]) == 0
    assert hitsujun(["align", str(built)]) == 0
    settings = {"corpora": f"[{built}]", "references": "[ja]", "candidates": "joyo"}
    model = ["--model.init_args.candidates=joyo"]
    return [f"--data.init_args.{name}={value}" for name, value in settings.items()] + model


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("module", "settings"),
    [
        (
            "data.training.ink_module.InkDataModule",
            {"candidates": "kana", "loader": {"size": 2}, "mix": {"buckets": 3}},
        ),
        (
            "data.training.glyph_module.GlyphDataModule",
            {"candidates": "kana", "loader": {"size": 2}},
        ),
        (
            "data.training.photo_module.PhotoDataModule",
            {"photos": "", "crops": {"size_px": 16}, "loader": {"size": 1}},
        ),
    ],
)
def test_a_data_module_works_by_its_class_path(
    tmp_path: Path, module: str, settings: dict[str, object]
) -> None:
    if "photos" in settings:
        Image.new("RGB", (20, 20)).save(tmp_path / "a.png")
        settings = settings | {"photos": str(tmp_path)}
    config = tmp_path / "config.yaml"
    model = {"class_path": f"{__name__}.MeanModel"}
    data = {"class_path": module, "init_args": settings}
    config.write_text(yaml.safe_dump({"model": model, "data": data}))
    sys.modules.setdefault(__name__, sys.modules[MeanModel.__module__])
    main(["fit", f"--config={config}", "--trainer.fast_dev_run=1", *QUIET])


@pytest.mark.slow
def test_training_runs_in_two_processes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kanji.lightning_command", "fit", f"--config={RECOGNIZER}"]
    command += ["--trainer.strategy=ddp", "--trainer.devices=2", "--trainer.max_steps=2"]
    command += ["--trainer.limit_val_batches=1", "--data.init_args.loader.batches=4"]
    command += [
        "--data.init_args.loader.size=4",
        "--model.init_args.width=8",
        "--trainer.precision=32",
    ]
    command += ["--trainer.max_epochs=1", f"--trainer.default_root_dir={tmp_path}", *QUIET]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "gloo" in done.stderr
