"""What is wrong with a command line is found before torch is imported, which takes seconds."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

PAINT = "stylize pic.png pic.png -o x.png"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"{PAINT} --style-weights 1,2", "style_weights has 2 for 1 styles"),
        (f"{PAINT} --checkpoint two.jsonl", "two.jsonl is no checkpoint of a painting"),
        (f"{PAINT} --checkpoint none --resume", "none does not exist: start without --resume"),
        ("stylize none pic.png -o x", "none: there is no such file"),
        ("stylize none --fast wave -o x", "none: there is no such file"),
        ("dream none -o x", "none: there is no such file"),
        ("weights export vgg19 -o x.onnx --precision int8", "int8 needs --photos"),
    ],
)
def test_it_is_refused_without_torch(tmp_path: Path, line: str, message: str) -> None:
    Image.new("RGB", (32, 32), "red").save(tmp_path / "pic.png")
    (tmp_path / "two.jsonl").write_text("{}\n{}\n")
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r});"
        "sys.modules['torch'] = None; from service.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *line.split()],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert run.returncode == 2
    assert message in run.stderr and run.stderr.count("\n") == 1
