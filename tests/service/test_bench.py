import json
from pathlib import Path

import pytest

from service.cli import main


def test_the_bench_measures_practice_and_leaves_out_painting_without_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from data.references.store import references_path

    built = references_path("ja")
    monkeypatch.setenv("HITSUJUN_CACHE", str(tmp_path))
    if built.exists():  # saves building it again
        (tmp_path / built.name).symlink_to(built)
    assert main(["bench"]) == 0
    out, err = capsys.readouterr()
    rows = {row["name"]: row for row in json.loads(out)}
    assert len(rows) == 4 and all(0 < row["value"] < 10_000 for row in rows.values())
    assert "recognize, 12 strokes" in rows and "painting is left out" in err
