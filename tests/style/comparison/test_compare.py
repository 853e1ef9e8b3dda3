"""`hitsujun compare` with random weights: the tests check numbers, not how good pictures look."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.cli import main
from style.backbones.registry import Facts
from style.comparison.compare import compare
from style.errors import StyleError, WeightsMissing


@pytest.mark.slow
def test_a_comparison_has_two_rows_a_backbone_equal_steps_and_equal_time(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    import_random_weights: Callable[[str], None],
) -> None:
    for name in ("alexnet", "vgg16"):
        import_random_weights(name)
    pictures, folder = saved_pictures(tmp_path), tmp_path / "compared"
    arguments = ["compare", *map(str, pictures), "-o", str(folder), "--size", "64", "--steps", "2"]
    assert main([*arguments, "--backbone", "alexnet", "--backbone", "vgg16"]) == 0
    table = json.loads((folder / "table.json").read_text())
    rows = {(row["backbone"], row["equal"]): row for row in table["rows"]}
    assert len(rows) == 4 and table["left_out"] == {}
    assert rows["alexnet", "steps"]["steps"] == rows["vgg16", "steps"]["steps"] == 2
    assert rows["alexnet", "time"]["steps"] >= 2
    for row in rows.values():
        assert row["parameters"] > 1e6 and row["memory_mb"] > 50 and row["weights_mb"] > 1
        assert row["content"] > 0 and row["style"] > 0
    assert capsys.readouterr().out.strip() == (folder / "table.md").read_text().strip()
    with Image.open(folder / "sheet.png") as image:
        assert image.width == 3 * 256


@pytest.mark.slow
def test_a_style_may_be_one_that_code_draws(
    tmp_path: Path, import_random_weights: Callable[[str], None]
) -> None:
    import_random_weights("alexnet")
    content, _ = saved_pictures(tmp_path)
    paths = content, Path("drawn:pen")
    compared = compare(*paths, tmp_path / "out", backbones=["alexnet"], size=64, steps=1)
    assert len(compared.rows) == 2


def test_backbones_without_weights_are_left_out_and_one_must_remain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(facts: Facts) -> Path:
        raise WeightsMissing(f"no {facts.name} here")

    monkeypatch.setattr("style.comparison.compare.fetch_weights", unavailable)
    pictures, messages = saved_pictures(tmp_path), list[str]()
    with pytest.raises(StyleError, match="hitsujun weights fetch vgg19"):
        compare(*pictures, tmp_path / "out", backbones=["alexnet"], on_message=messages.append)
    assert messages == ["alexnet is left out: no alexnet here"]
    assert not (tmp_path / "out").exists()


def saved_pictures(folder: Path) -> tuple[Path, Path]:
    """A content and a style of noise."""
    generator, paths = np.random.default_rng(1), (folder / "content.png", folder / "style.png")
    for path in paths:
        Image.fromarray(generator.integers(0, 255, (48, 64, 3), np.uint8)).save(path)
    return paths
