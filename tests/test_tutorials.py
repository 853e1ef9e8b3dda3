"""The commands of the tutorials are run, with small pictures, few steps and random weights."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from PIL import Image

from service.cli import main
from service.db.engine import open_engine
from service.db.migrate import upgrade
from service.settings import Settings
from tests.style.conftest import import_random_weights

ROOT = Path(__file__).parents[1]
TUTORIALS = ROOT / "docs" / "tutorials"
SMALL = ["--backbone", "alexnet", "--size", "64", "--steps", "2"]  # added to each painting
PAINTINGS = ("stylize", "dream")

__all__ = ["import_random_weights"]


def commands(name: str) -> list[str]:
    """The commands of a tutorial that are to be run: those in its blocks of `sh`."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (TUTORIALS / name).read_text("utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def run(line: str) -> None:
    """Runs `hitsujun` in this process, and anything else, such as printf, in a shell."""
    command, _, output = line.partition(" > ")
    words = shlex.split(command)
    if words[0] != "hitsujun":
        subprocess.run(["bash", "-c", line], check=True)
        return
    if words[1] in PAINTINGS and "--fast" not in words:
        words += SMALL
    if not output:
        assert main(words[1:]) == 0
        return
    with Path(output).open("w", encoding="utf-8") as file, redirect_stdout(file):
        assert main(words[1:]) == 0
    assert Path(output).read_text("utf-8").startswith("{")


def outputs(lines: list[str]) -> set[str]:
    """The files that the commands say they write."""
    return set(re.findall(r"(?:-o|>|--report|--preview) (\S+)", "\n".join(lines)))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the pictures and the database that the tutorials begin with."""
    folder = tmp_path / "work"
    (folder / "photos").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HITSUJUN_DATA_DIR", str(tmp_path / "data"))
    photo = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    for name in ("photo.jpg", "painting.jpg", "photos/one.jpg"):
        photo.save(name)
    return folder


@pytest.mark.parametrize("name", ["learner.md", "app-developer.md", "cluster.md"])
def test_the_commands_of_a_tutorial_work(name: str, folder: Path) -> None:
    engine = open_engine(Settings(database_url="sqlite:///old.sqlite", data_dir=folder))
    upgrade(engine)
    engine.dispose()
    lines = [line for line in commands(name) if not line.startswith("lightning ")]
    assert lines
    for line in lines:
        run(line)
    assert {one for one in outputs(lines) if not Path(one).is_file()} == set()


def test_the_paintings_of_the_tutorial_are_painted(
    folder: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("alexnet")
    lines = commands("painter.md")
    for line in lines:
        run(line)
    missing = {one for one in outputs(lines) if not Path(one).exists()}
    assert missing == set()
    assert (folder / "painted" / "one.jpg").is_file()


@pytest.mark.parametrize(
    "line", [line for line in commands("cluster.md") if line.startswith("lightning ")]
)
def test_a_training_of_the_tutorial_is_configured_correctly(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--print_config` checks every option and every class; a step is trained by other tests."""
    from kanji.lightning_command import main as lightning

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", [*shlex.split(line), "--print_config"])
    with pytest.raises(SystemExit) as stop:
        lightning()
    assert stop.value.code == 0
    assert "max_epochs" in capsys.readouterr().out


@pytest.mark.parametrize("path", sorted(TUTORIALS.glob("*.md")), ids=lambda path: path.stem)
def test_every_tutorial_is_tested(path: Path) -> None:
    assert commands(path.name)
