"""A psycopg that finds no libpq, as where it was installed by itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.web.servers import VARIABLES

WITHOUT_LIBPQ = """
import ctypes.util, sys
sys.modules.update(dict.fromkeys(("psycopg_c", "psycopg_binary")))
ctypes.util.find_library = lambda name: None
from service.cli import main
sys.exit(main(sys.argv[1:]))
"""
URL = "postgresql://a@127.0.0.1:1/b"


@pytest.mark.parametrize(
    ("variable", "command"),
    [
        ("HITSUJUN_DATABASE_URL", ["serve", "--port=0"]),
        ("HITSUJUN_QUEUE_URL", ["serve", "--port=0"]),
        ("HITSUJUN_QUEUE_URL", ["worker"]),
        ("HITSUJUN_DATABASE_URL", ["backup", "new.tar"]),
        ("HITSUJUN_QUEUE_URL", ["db", "move", URL, "sqlite:///new.sqlite"]),
    ],
)
def test_psycopg_without_libpq_is_one_line(
    variable: str, command: list[str], tmp_path: Path
) -> None:
    pytest.importorskip("psycopg")
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIBPQ, *command],
        env=VARIABLES | {"HITSUJUN_DATA_DIR": str(tmp_path / "data"), variable: URL},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 2 and run.stderr.count("\n") == 1
    assert "finds no libpq" in run.stderr and "'hitsujun[postgres]'" in run.stderr
