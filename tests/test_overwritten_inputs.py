"""No command replaces a file that it reads, by whichever name it is given."""

import os
import shlex
from pathlib import Path

import pytest
from PIL import Image

from service.cli import main

LINES = """
wallpaper 山 -o OUT --photo pic.png            | --output OUT would overwrite --photo pic.png; give
wallpaper 山 -o OUT --style pic.png            | --output OUT would overwrite --style pic.png; give
stylize pic.png other.png -o OUT              | --output OUT would overwrite CONTENT pic.png; give
stylize other.png pic.png -o OUT              | --output OUT would overwrite STYLE pic.png; give
stylize pic.png --fast wave -o OUT            | --output OUT would overwrite CONTENT pic.png; give
dream pic.png -o OUT                          | --output OUT would overwrite IMAGE pic.png; give
dream other.png --guide pic.png -o OUT        | --output OUT would overwrite --guide pic.png; give
data show pic.png 永 -o OUT                    | --output OUT would overwrite FILE pic.png; give
data sheet pic.png -o OUT                     | --output OUT would overwrite FILE pic.png; give
data export pic.jsonl -o OUT.jsonl            | --output OUT.jsonl would overwrite FILE pic.jsonl
data build corpus pic.h5 -o OUT.h5            | --output OUT.h5 would overwrite INK pic.h5; give
data build glyphs pic.h5 -o OUT.h5            | --output OUT.h5 would overwrite GNT pic.h5; give
data build references --from pic.h5 -o OUT.h5 | --output OUT.h5 would overwrite --from pic.h5; give
align pic.h5 -o OUT.h5                        | --output OUT.h5 would overwrite CORPUS pic.h5; give
tune pic.json -o OUT.json                     | --output OUT.json would overwrite LOG.jsonl pic.json
weights export vgg19 --precision int8 --photos pic.onnx -o OUT.onnx | would overwrite --photos pic
bench --json pic.png --plot OUT               | --plot OUT is the same file as --json pic.png; give
"""
ROWS = [tuple(map(str.strip, row.split("|"))) for row in LINES.splitlines() if row]


@pytest.mark.parametrize("link", ["pic", "./pic", "symbolic", "hard"])
@pytest.mark.parametrize(("line", "message"), ROWS, ids=[row[0] for row in ROWS])
def test_no_command_replaces_what_it_reads(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    message: str,
    link: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (32, 32), "red").save("other.png")
    words = shlex.split(line)
    suffix = next((word for word in words if word.startswith("pic.")), "")[3:]
    Image.new("RGB", (32, 32), "teal").save(f"pic{suffix}", "PNG")
    before = Path(f"pic{suffix}").read_bytes()
    Path(f"symbolic{suffix}").symlink_to(f"pic{suffix}")
    os.link(f"pic{suffix}", f"hard{suffix}")
    output = str(Path(f"{link}{suffix}"))

    def named(text: str) -> str:
        return text.replace(f"OUT{suffix}", output).replace("OUT", output)

    assert main([named(word) for word in words]) == 2
    error = capsys.readouterr().err
    assert named(message) in error and error.count("\n") == 1
    assert Path(f"pic{suffix}").read_bytes() == before
