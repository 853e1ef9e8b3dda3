import json
import subprocess
import sys

import pytest

from service.cli import main


def test_the_openapi_command_prints_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out)["openapi"] == "3.1.0"


def test_a_bad_setting_is_one_line_and_status_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITSUJUN_THREADS", "many")
    assert main(["worker"]) == 2
    output = capsys.readouterr()
    assert output.out == "" and output.err.count("\n") == 1
    assert "HITSUJUN_THREADS='many'" in output.err


@pytest.mark.parametrize("library", ["flask", "gunicorn", "pydantic"])
def test_a_missing_extra_is_named_in_one_line(library: str) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None;"
        "from service.cli import main; sys.exit(main(['serve', '--no-worker', '--port=0']))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1 and "hitsujun[service]" in run.stderr


def test_help_needs_neither_flask_nor_torch() -> None:
    code = (
        "import sys; from service.command_line import command_parser; command_parser();"
        "sys.exit(bool({'flask', 'torch'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_closed_pipe_is_not_an_error() -> None:
    program = "import sys; from service.cli import main; sys.exit(main(['openapi']))"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout and run.stderr
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 141
