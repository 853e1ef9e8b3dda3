"""Closed streams, full disks and Ctrl-C: one line, or silence, and never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

HITSUJUN = [sys.executable, "-m", "service.cli"]
INK = '{"strokes": [[[0, 0], [90, 1]]], "char": "一"}\n'


def shell(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """What a shell's command gives, in which H is hitsujun."""
    (folder / "ink.jsonl").write_text(INK, "utf-8")
    line = line.replace("H ", " ".join(HITSUJUN) + " ")
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=False, cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("H grade ink.jsonl >&-", "standard output is closed; give > FILE, or > /dev/null"),
        ("H --help >&-", "standard output is closed; give > FILE, or > /dev/null"),
        *(
            (f"H {line} >/dev/full", "the disk is full; free some space")
            for line in ("grade ink.jsonl", "--help", "grade --help", "data --help", "--version")
        ),
    ],
)
def test_output_that_cannot_be_written_is_one_line(tmp_path: Path, line: str, message: str) -> None:
    run = shell(line, tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith(f"hitsujun: {message}") and run.stderr.count("\n") == 1


def test_no_output_goes_into_a_file_that_took_its_number(tmp_path: Path) -> None:
    run = shell("H data export ink.jsonl -o x.jsonl >&- 2>&- <&-", tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", "")
    assert (tmp_path / "x.jsonl").read_text("utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ("H grade <(cat ink.jsonl)", '"character": "一"'),
        ("cat ink.jsonl | H grade /dev/stdin", '"character": "一"'),
        ("mkfifo f.jsonl; cat ink.jsonl > f.jsonl & H data info f.jsonl", '"samples": 1'),
        ("H data export <(cat ink.jsonl) -o x.jsonl 2>&1", "1 inks"),
    ],
)
def test_ink_is_read_from_a_pipe(tmp_path: Path, line: str, output: str) -> None:
    run = shell(line, tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert output in run.stdout


@pytest.mark.parametrize(
    "line",
    [
        "H data build corpus <(cat ink.jsonl) -o x.h5",
        "mkfifo x.zip; cat ink.jsonl > x.zip & H data info x.zip",
        "mkfifo x.unipen; cat ink.jsonl > x.unipen & H grade x.unipen",
        "mkfifo x.pot; cat ink.jsonl > x.pot & H grade x.pot",
    ],
)
def test_what_is_read_twice_is_no_pipe(tmp_path: Path, line: str) -> None:
    run = shell(line.replace(" & H", " & sleep 0.1; H") + "; s=$?; kill %1; exit $s", tmp_path)
    assert run.returncode == 2
    assert "is a pipe, which can be read only once: write it to a file" in run.stderr


def test_a_picture_is_read_from_a_pipe(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "pic.png")
    run = shell("H stylize --fast sumi <(cat pic.png) -o x.png", tmp_path)
    assert (run.returncode, run.stderr) == (0, "wrote x.png\n")


INTERRUPTED = """
import sys
class Interrupt:
    def find_spec(self, name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt
import service.cli
sys.meta_path.insert(0, Interrupt())
sys.exit(service.cli.main(["grade", "none"]))
"""


@pytest.mark.parametrize(
    "module",
    ["argparse", "data.exit_status", "service.command_line", "data.commands", "style.commands"],
)
def test_ctrl_c_during_the_imports_ends_in_silence(module: str) -> None:
    code = INTERRUPTED.format(module=module)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (130, "")


def test_the_entry_imports_none_of_our_modules_first() -> None:
    code = (
        "import sys; before = set(sys.modules); import service.cli;"
        "print(sorted(set(sys.modules) - before - {'__future__'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['service', 'service.cli']"
