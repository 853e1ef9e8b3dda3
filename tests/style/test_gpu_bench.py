"""Everything in `make gpu` runs on a CPU too, in a small form, so that a card finds no typo."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONG_S = 300


@pytest.mark.slow
def test_the_gpu_bench_runs_on_a_cpu(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.gpu", "--device=cpu", "--no-tests"]
    command += ["--backbone=alexnet", "--sizes", "64", "128", "--steps=1", "--pass-size=64"]
    command += ["--rounds=1", "--compiler=eager", "-o", str(tmp_path / "gpu.json")]
    environment = dict(os.environ, HITSUJUN_CACHE=str(tmp_path), OMP_NUM_THREADS="1")
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONG_S,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "gpu.json").read_text())
    rows = {row["what"]: row for row in report["rows"]}
    assert {name.partition(",")[0] for name in rows} == {
        "bare pass", "step", "painting", "dream",
        *(f"{count} paintings at once" for count in (1, 2, 4)),
    }  # fmt: skip
    without = {name: row["note"] for name, row in rows.items() if row["seconds"] is None}
    assert without == {"bare pass, bf16, CUDA graph, 64 px": "CUDA graphs need a CUDA device"}
    assert done.stdout.count("\n") == len(rows) + 2
