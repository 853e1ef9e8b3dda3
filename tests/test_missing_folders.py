"""The folder of what a command writes may be missing: it is created."""

from pathlib import Path

import pytest
from PIL import Image

from service.cli import main

LINES = """
data build corpus ink.jsonl -o OUT.h5
data export ink.jsonl -o OUT.jsonl
data show ink.jsonl 一 -o OUT.png
data sheet ink.jsonl -o OUT.png --most 1
wallpaper 山 -o OUT.jpg --size 320x320
stylize pic.png --fast wave -o OUT.png --size 32
stylize pic.png --fast wave -o new/pic.png --report OUT.json
stylize --fast list pic.png -o OUT.png
stylize frames --fast wave -o OUT.gif --size 32
simulate --deck 山 --days 1 --learners 1 --new 3 --retention 0.9 -o OUT.svg
"""


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_a_missing_folder_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ink.jsonl").write_text('{"strokes": [[[0, 0], [90, 1]]], "char": "一"}\n', "utf-8")
    Path("frames").mkdir()
    for name in ("pic.png", "frames/1.png", "frames/2.png"):
        Image.new("RGB", (32, 32), "red").save(name)
    assert main(line.replace("OUT", "new/deep/x").split()) == 0
    assert [path.stem for path in Path("new/deep").iterdir()] == ["x"]
