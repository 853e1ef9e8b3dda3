"""What `lightning fit` says where something was given wrong: one line, before any step."""

from pathlib import Path

import pytest

from data.errors import DataError
from kanji.lightning_command import main, reason_of
from style.errors import StyleError

FAST = "style/configs/fast_style.yaml"
TRAINER = ["--trainer.logger=false", "--trainer.callbacks=null"]


@pytest.mark.filterwarnings("ignore")  # Lightning's own, which we cannot change
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--data.init_args.photos=none", "no such file: none"),
        ("--data.init_args.crops.size_px=-4", "size_px is -4; allowed: 1 or more"),
        ("--model.init_args.start_from=none", "there is no such file or folder"),
        ("--ckpt_path=none.ckpt", "none.ckpt: there is no such file or folder"),
        ("--ckpt_path=README.md", "--ckpt_path README.md is no checkpoint of a training: give"),
        ("--config=none.yaml", "File does not exist"),
        (
            "--trainer.max_epochs=nan",
            "Expected a <class 'int'>; Expected a <class 'NoneType'>; Giv",
        ),
        ("--nosuch=1", "unrecognized arguments: --nosuch=1"),
    ],
)
def test_a_wrong_option_is_one_line(
    capsys: pytest.CaptureFixture[str], option: str, message: str
) -> None:
    assert main(["fit", "--config", FAST, *TRAINER, option]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("lightning: ") and message in line, line


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("command", ["validate", "test"])
def test_a_checkpoint_that_is_none_is_one_line(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    config = "kanji/configs/recognizer.yaml"
    assert main([command, "--config", config, *TRAINER, "--ckpt_path=README.md"]) == 2
    assert "README.md is no checkpoint of a training" in capsys.readouterr().err.splitlines()[-1]


def test_what_nobody_foresaw_keeps_its_traceback() -> None:
    assert reason_of(ValueError("shapes differ")) is None
    assert reason_of(DataError("Caught it in a worker\nTraceback (most recent call last)")) is None
    assert reason_of(OSError("no path")) is None
    error = RuntimeError("while it was made")
    error.__cause__ = StyleError("steps is 0; allowed: 1 or more")
    assert reason_of(error) == "steps is 0; allowed: 1 or more"
    full = OSError(28, "No space left on device", str(Path("runs")))
    assert str(reason_of(full)).startswith("runs: the disk is full")
