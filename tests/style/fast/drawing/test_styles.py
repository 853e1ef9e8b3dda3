"""Styles that code draws."""

import numpy as np
import pytest

from style.errors import ConfigError
from style.fast.drawing.styles import DRAWINGS, drawn

SMALL_PX = 96


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_depends_on_its_seed_alone(name: str) -> None:
    one, again, other = (drawn(name, seed=seed, side_px=SMALL_PX) for seed in (1, 1, 2))
    assert one.size == (SMALL_PX, SMALL_PX)
    assert one.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_has_light_and_dark(name: str) -> None:
    assert np.asarray(drawn(name, side_px=SMALL_PX).convert("L"), float).std() > 20


def test_ink_is_grey_and_glass_is_bright() -> None:
    def chroma(name: str) -> float:
        return float(np.ptp(np.asarray(drawn(name, side_px=SMALL_PX), int), axis=2).mean())

    assert chroma("sumi") < 30 < 80 < chroma("stained-glass")


def test_pen_is_thin_lines_on_white_paper() -> None:
    """Nearly every pixel is paper or ink, and lines have paper on both sides within their gap."""
    light = np.asarray(drawn("pen").convert("L"), float) / 255
    assert ((light > 0.85) | (light < 0.3)).mean() > 0.7
    assert 0.1 < (light < 0.3).mean() < 0.5
    rows = ("".join("_" if value > 0.5 else "x" for value in row) for row in light)
    runs = [len(run) for row in rows for run in row.split("_") if run]
    assert np.median(runs) < 8


def test_a_name_that_is_not_drawn_is_refused() -> None:
    with pytest.raises(ConfigError, match="drawn are sumi, seigaiha"):
        drawn("impasto")
