"""CI fails for a package with a known vulnerability, and says where nothing could be asked."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[1] / ".ci" / "audit.py"
CLEAN = {"name": "a", "version": "1", "vulns": []}
FOUND = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]}
SKIPPED = {"name": "c", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "status", "line"),
    [
        ([CLEAN, SKIPPED], 0, "1 of 2 packages asked, 0 vulnerable"),
        ([CLEAN, FOUND], 1, "b 2: PYSEC-1 (fixed in 3)"),
        ([SKIPPED], 0, "skipped: the service answered for none of 1 packages"),
        (None, 0, "skipped: the service of vulnerabilities cannot be reached: no route"),
    ],
)
def test_the_audit(
    packages: list[dict[str, Any]] | None, status: int, line: str, tmp_path: Path
) -> None:
    found, said = tmp_path / "found.json", tmp_path / "said"
    found.write_text("" if packages is None else json.dumps({"dependencies": packages}))
    said.write_text("Traceback\nno route\n")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(found), str(said)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status and line in done.stdout, done.stderr
