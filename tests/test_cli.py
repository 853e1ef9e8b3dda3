import re
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli import main


def test_help_imports_no_large_library() -> None:
    code = (
        "import sys, service.cli\n"
        "try: service.cli.main(['--help'])\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "assert not {'torch', 'flask', 'numpy', 'PIL'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize("command", [[], ["data"], ["weights"], ["db"]])
def test_help_stands_beside_each_command(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    lines = capsys.readouterr().out.partition("positional arguments:")[2].splitlines()
    names = [line for line in lines if re.match("    [a-z]", line)]
    assert names and all(re.fullmatch("    [a-z]+ +[^ ].*", line) for line in names)


def test_a_missing_file_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "info", str(tmp_path / "none.h5")]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("hitsujun: ")
    assert output.err.count("\n") == 1


def test_an_error_shows_how_to_write_a_value_that_begins_with_a_minus(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["dream", "a.png", "-o", "b.png", "--objective", "-relu5_1"])
    assert "if it begins with a minus, write --objective=-" in capsys.readouterr().err
