"""Motion that is known is found, and what was covered is not trusted."""

import numpy as np
import pytest
from PIL import Image

from tests.style.films.moving import STEP, Pan, texture

pytest.importorskip("cv2", reason="OpenCV is an extra: pip install 'hitsujun[video]'")
from style.errors import PictureError
from style.films.flow import certainty, check_flow, optical_flow, warped

INSIDE = (slice(8, -8), slice(8, -12))


def test_a_pan_moves_every_pixel_by_its_step() -> None:
    first, second = Pan(2).frames()
    flow = optical_flow(second, first)
    assert flow.shape == (72, 96, 2) and flow.dtype == np.float32
    assert np.abs(flow[INSIDE] - (STEP, 0)).max() < 0.3


def test_the_frame_before_is_moved_onto_the_frame() -> None:
    first, second = Pan(2).frames()
    moved = np.asarray(warped(first, optical_flow(second, first)), float)
    assert np.abs(moved - np.asarray(second, float))[INSIDE].mean() < 2


def test_what_enters_the_picture_was_in_no_frame_before() -> None:
    first, second = Pan(2).frames()
    sure = certainty(optical_flow(second, first), optical_flow(first, second))
    assert sure.shape == (72, 96) and set(np.unique(sure)) <= {0, 1}
    assert sure[INSIDE].mean() > 0.9
    assert not sure[:, -STEP + 1 :].any()


def test_what_a_thing_uncovers_is_not_trusted() -> None:
    ground, thing = texture(1, 96, 72), texture(3, 30, 30)
    frames = []
    for left in (20, 30):
        frame = ground.copy()
        frame.paste(thing, (left, 20))
        frames.append(frame)
    sure = certainty(optical_flow(frames[1], frames[0]), optical_flow(frames[0], frames[1]))
    uncovered, still = sure[22:48, 21:28], sure[56:68, 4:90]
    assert uncovered.mean() < 0.5 < still.mean()


def test_where_nothing_moves_all_is_certain_and_stays() -> None:
    (frame,) = Pan(1).frames()
    flow = optical_flow(frame, frame)
    assert np.abs(flow).max() < 0.05 and certainty(flow, flow).mean() > 0.99
    transparent = frame.copy()
    transparent.putalpha(Image.new("L", frame.size, 128))
    assert warped(transparent, np.zeros_like(flow)).tobytes() == frame.tobytes()


def test_without_opencv_a_film_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(PictureError, match=r"pip install 'hitsujun\[video\]'"):
        check_flow()
