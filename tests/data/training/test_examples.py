"""The examples in the docstrings of the data modules run as they stand."""

import re
from pathlib import Path

import pytest
from PIL import Image

from data.training import glyph_module, ink_module, photo_module


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (ink_module, (64, 128, 8)),
        (glyph_module, (64, 1, 64, 64)),
        (photo_module, (4, 3, 256, 256)),
    ],
)
def test_the_example_of_a_data_module_runs(
    module: object, shape: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    for number in range(6):
        Image.new("RGB", (300, 280)).save(f"photos/{number}.png")
    found = re.search(r"```python\n(.*?)```", module.__doc__ or "", re.DOTALL)
    assert found
    names: dict[str, object] = {}
    exec(found[1], names)
    batch = names.get("images", names.get("sequences"))
    assert tuple(batch.shape) == shape  # type: ignore[union-attr]
    assert len(names["labels"]) == shape[0]  # type: ignore[arg-type]
