"""Frames in a fast style, blended with the one before where that is certain."""

import numpy as np
import pytest
from PIL import Image

from style.fast import FastStyle, paint
from style.films.fast_frames import FastFrames
from style.films.painting import Before
from tests.style.films.moving import texture

NETWORK = FastStyle.load()
STYLE = NETWORK.names[0]
FRAME = texture(1, 96, 72)


def test_the_first_frame_is_painted_as_a_picture() -> None:
    painter = FastFrames(STYLE, size=96, strength=0.5, colors="grey", network=NETWORK)
    painted = painter.paint(0, FRAME, None).picture
    shown = np.asarray(painter.finished(FRAME, painted), int)
    alone = paint(FRAME, STYLE, strength=0.5, colors="grey", network=NETWORK)
    assert np.abs(shown - np.asarray(alone, int)).max() <= 1


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_frame_keeps_a_share_of_the_one_before_where_that_is_certain(mode: str) -> None:
    certain = np.zeros((72, 96), np.float32)
    certain[:, :48] = 1
    before = Before(Image.new("RGB", FRAME.size, (255, 0, 0)), certain, {})
    frame = FRAME.convert(mode)
    painter = FastFrames(STYLE, size=96, share=0.75, network=NETWORK)
    alone, blended = (
        np.asarray(painter.paint(1, frame, one).picture, float) for one in (None, before)
    )
    assert (blended[:, 48:] == alone[:, 48:]).all()
    expected = 0.25 * alone[:, :48, :3] + 0.75 * np.array([255, 0, 0])
    assert np.abs(blended[:, :48, :3] - expected).max() <= 2
    if mode == "RGBA":
        assert (blended[..., 3] == 255).all()
