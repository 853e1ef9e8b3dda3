"""Optical flow: where each pixel of a frame was in another, and where that is certain.

Flows are (H, W, 2) float32, in pixels to the right and down: pixel p of a frame is at p + flow(p)
in the other. Needs OpenCV, an extra, and no torch.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from style.errors import PictureError

Array = npt.NDArray[np.float32]

# Where a pixel does not come back to its place, it was covered in the other frame: squared pixels,
# and a part of the squared lengths of both flows (Ruder et al., arXiv 1604.08610, section 4.2).
# Larger = more is certain.
RETURN_PX2, RETURN_SHARE = 0.5, 0.01
EDGE, EDGE_SHARE = 0.002, 0.01  # likewise for the gradient of the flow, large where motions meet


def check_flow() -> None:
    """Raises PictureError where OpenCV is not installed."""
    if importlib.util.find_spec("cv2") is None:
        raise PictureError("painting a film needs OpenCV: pip install 'hitsujun[video]'")


def optical_flow(frame: Image.Image, other: Image.Image) -> Array:
    """Where each pixel of a frame is in another of the same size (DIS, Kroeger et al. 2016)."""
    import cv2

    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [np.asarray(image.convert("L")) for image in (frame, other)]
    return np.asarray(method.calc(*grey, None), np.float32)  # type: ignore[call-overload]


def certainty(flow: Array, back: Array) -> Array:
    """(H, W): 1 where a flow can be trusted, else 0. `back` is the flow of the other frame.

    Not where a pixel leaves the picture, where it does not come back, and where motions meet.
    """
    height, width = flow.shape[:2]
    places = _places(flow)
    inside = ((places >= 0) & (places <= (width - 1, height - 1))).all(axis=2)
    returned = _sampled(back, places)
    lengths = np.square(flow).sum(axis=2) + np.square(returned).sum(axis=2)
    comes_back = np.square(flow + returned).sum(axis=2) <= RETURN_SHARE * lengths + RETURN_PX2
    down, right = np.gradient(flow, axis=0), np.gradient(flow, axis=1)
    steps = (np.square(down) + np.square(right)).sum(axis=2)
    is_smooth = steps <= EDGE_SHARE * np.square(flow).sum(axis=2) + EDGE
    return np.asarray(inside & comes_back & is_smooth, np.float32)


def warped(picture: Image.Image, flow: Array) -> Image.Image:
    """The RGB picture that has at each pixel what the other picture has where the flow leads.

    `flow` leads from the frame to the picture. Outside the picture its border is repeated.
    """
    return Image.fromarray(_sampled(np.asarray(picture.convert("RGB")), _places(flow)))


def _places(flow: Array) -> Array:
    height, width = flow.shape[:2]
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return flow + np.stack([x, y], axis=2).astype(np.float32)


def _sampled(values: npt.NDArray[Any], places: Array) -> npt.NDArray[Any]:
    import cv2

    right, down = (np.ascontiguousarray(places[..., axis]) for axis in (0, 1))
    border = cv2.BORDER_REPLICATE
    return np.asarray(cv2.remap(values, right, down, cv2.INTER_CUBIC, borderMode=border))
