"""The pictures of the styles."""

from pathlib import Path

import pytest
from PIL import Image

from style.errors import ConfigError
from style.fast.drawing.styles import drawn
from style.training.style_pictures import style_picture


def test_a_file_is_scaled_to_its_shorter_side_and_never_enlarged(tmp_path: Path) -> None:
    Image.new("RGB", (200, 100)).save(tmp_path / "a.png")
    path = str(tmp_path / "a.png")
    assert style_picture("a", path, shorter_px=50).size == (100, 50)
    assert style_picture("a", path, shorter_px=500).size == (200, 100)


@pytest.mark.slow
def test_a_drawn_style_is_drawn() -> None:
    assert style_picture("sumi", "drawn", shorter_px=512).tobytes() == drawn("sumi").tobytes()


def test_a_style_without_drawing_or_file_is_refused() -> None:
    with pytest.raises(ConfigError, match="no style is drawn as 'wave'"):
        style_picture("wave", "drawn", shorter_px=64)
    with pytest.raises(OSError):
        style_picture("wave", "missing.jpg", shorter_px=64)
