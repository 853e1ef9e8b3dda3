"""What a training writes, and that a killed and resumed run gives the same weights."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import lightning as L
import pytest
import torch
from PIL import Image

from data.training.batch_loader import LoaderSettings
from data.training.ink_module import InkDataModule
from kanji.errors import ClassesDiffer, RecognizerMissing
from kanji.training.recognizer_module import RecognizerModule, TrainingSettings

CONFIG = Path(__file__).parents[3] / "kanji" / "configs" / "recognizer.yaml"
LOADER, MIX = "--data.init_args.loader", "--data.init_args.mix"
SMALL = ["--trainer.max_epochs=3", f"{LOADER}.batches=3", f"{LOADER}.size=16"]
SMALL += [f"{MIX}.pairs=4", f"{MIX}.refused=0.2"]
SMALL += [f"{LOADER}.validation_batches=1", "--trainer.enable_progress_bar=false"]
SMALL += ["--model.init_args.width=8", "--model.init_args.bottleneck=16"]
SMALL += ["--trainer.log_every_n_steps=1"]


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kanji.lightning_command", "fit", f"--config={CONFIG}"]
    environment = os.environ | {"PYTHONPATH": str(CONFIG.parents[2])}
    return subprocess.Popen(
        [*command, *SMALL, *more],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def weights(folder: Path) -> dict[str, torch.Tensor]:
    path = folder / "runs" / "recognizer" / "last.ckpt"
    state: dict[str, torch.Tensor] = torch.load(path, weights_only=True)["state_dict"]
    return state


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    run = start(folder)
    _, stderr = run.communicate(timeout=300)
    assert run.returncode == 0, stderr
    return folder


@pytest.mark.slow
def test_a_killed_and_resumed_training_gives_the_same_weights(whole: Path, tmp_path: Path) -> None:
    run = start(tmp_path)
    deadline, last = time.monotonic() + 240, tmp_path / "runs" / "recognizer" / "last.ckpt"
    while not last.exists() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert run.returncode == -signal.SIGKILL
    assert torch.load(last, weights_only=True)["epoch"] < 2
    resumed = start(tmp_path, "--ckpt_path=last")
    _, stderr = resumed.communicate(timeout=300)
    assert resumed.returncode == 0 and "Restored all states" in stderr
    expected, resumed_weights = weights(whole), weights(tmp_path)
    assert expected.keys() == resumed_weights.keys()
    for name, tensor in expected.items():
        torch.testing.assert_close(resumed_weights[name], tensor, rtol=0, atol=0, msg=name)


@pytest.mark.slow
def test_a_second_training_starts_from_the_weights_of_the_first(whole: Path) -> None:
    checkpoint = whole / "runs" / "recognizer" / "last.ckpt"
    small = RecognizerModule("all+kana", width=8, bottleneck=16, start_from=checkpoint)
    for name, tensor in small.state_dict().items():
        torch.testing.assert_close(tensor, weights(whole)[name], rtol=0, atol=0)
    with pytest.raises(RecognizerMissing, match="run the training that makes it"):
        RecognizerModule("kana", width=8, bottleneck=16, start_from=whole / "none.ckpt")


@pytest.mark.slow
def test_a_training_logs_its_metrics_and_draws_its_confusions(whole: Path) -> None:
    run = whole / "runs" / "recognizer"
    columns = (run / "version_0" / "metrics.csv").read_text().splitlines()[0].split(",")
    for name in ("accuracy", "strokes", "refused", "val_accuracy", "val_strokes", "val_refused"):
        assert name in columns
    assert list(run.glob("tensorboard/version_0/events.out.tfevents.*"))
    sheets = sorted((run / "confusions").iterdir())
    assert [sheet.name for sheet in sheets] == [f"epoch-0{n}.png" for n in range(3)]
    with Image.open(sheets[-1]) as image:
        assert image.width == 8 * 120


def test_model_and_data_with_other_characters_are_refused() -> None:
    trainer = L.Trainer(max_epochs=1, accelerator="cpu", barebones=True)
    data = InkDataModule("marks", loader=LoaderSettings(size=2, batches=1))
    with pytest.raises(ClassesDiffer, match=r"'marks', 5 characters, .* model has 148"):
        trainer.fit(RecognizerModule("kana", width=8, bottleneck=16), data)


def test_settings_are_saved_flat_and_an_unknown_one_is_an_error() -> None:
    module = RecognizerModule("kana", width=8, bottleneck=16, known_weight=0.7)
    assert module.hparams["known_weight"] == module.settings.known_weight == 0.7
    assert module.settings.stroke_weight == TrainingSettings().stroke_weight
    with pytest.raises(TypeError, match="learning_speed"):
        RecognizerModule("kana", learning_speed=1.0)
