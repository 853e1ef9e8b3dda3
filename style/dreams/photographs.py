"""Which photographs of a folder excite a channel most, and where in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image

from style.backbones.backbone import Backbone
from style.backbones.receptive_field import receptive_fields
from style.dreams.layer_facts import PROBE_PX, ChosenChannels
from style.errors import ConfigError, PictureError
from style.pictures.files import open_picture, scaled
from style.pictures.tensors import to_tensor

LEAST_CROP_PX = 32  # side of what is shown of a photograph, where the channel sees less


@dataclass(frozen=True)
class Found:
    """A photograph, and the value and the place (x, y, fractions) at which a channel is highest."""

    path: Path
    value: float
    x: float
    y: float


def most_exciting(
    backbone: Backbone,
    chosen: Sequence[ChosenChannels],
    photographs: Sequence[Path],
    *,
    on_skipped: Callable[[PictureError], None],
) -> dict[tuple[str, int], Found]:
    """The photograph that excites each channel most at one position, by layer and channel.

    Each is scaled so that its longest side has PROBE_PX pixels. One that cannot be read, or is too
    narrow for the network, is left out, and `on_skipped` is told. Raises PictureError where none is
    left.
    """
    best: dict[tuple[str, int], Found] = {}
    names = {one.layer.name for one in chosen}
    for path in photographs:
        try:
            image = _opened(path)
            _check_shape(image, path, backbone)
        except PictureError as error:
            on_skipped(error)
            continue
        with torch.no_grad():
            features = backbone(to_tensor(image).to(backbone.mean.device), names)
        for one in chosen:
            for index in one.indexes:
                key = one.layer.name, index
                found = _highest(path, features[one.layer.name][0, index])
                if key not in best or found.value > best[key].value:
                    best[key] = found
    if not best:
        raise PictureError("none of the photographs can be used")
    return best


def crop(backbone: Backbone, layer: str, found: Found, side_px: int) -> Image.Image:
    """What the channel saw of the photograph: a square of its receptive field, `side_px` wide."""
    image = _opened(found.path).convert("RGB")
    seen = min(max(_receptive_px(backbone, layer), LEAST_CROP_PX), *image.size)
    left = min(max(found.x * image.width - seen / 2, 0), image.width - seen)
    top = min(max(found.y * image.height - seen / 2, 0), image.height - seen)
    box = (left, top, left + seen, top + seen)
    return image.resize((side_px, side_px), Image.Resampling.BICUBIC, box=box)


def _opened(path: Path) -> Image.Image:
    return scaled(open_picture(path), PROBE_PX, enlarge=True)


def _check_shape(image: Image.Image, path: Path, backbone: Backbone) -> None:
    """Raises PictureError where a photograph is too narrow for the network."""
    least = backbone.facts.least_px
    if min(image.size) < least:
        raise PictureError(
            f"{path} is {image.width}x{image.height} px when scaled, and {backbone.facts.name}"
            f" needs {least} on the shorter side"
        )


def _highest(path: Path, feature_map: torch.Tensor) -> Found:
    """The highest value of a feature map (h, w), and the middle of its position."""
    height, width = feature_map.shape
    place = int(feature_map.argmax())
    y, x = divmod(place, width)
    return Found(path, float(feature_map.max()), (x + 0.5) / width, (y + 0.5) / height)


def _receptive_px(backbone: Backbone, layer: str) -> int:
    """The side of the receptive field; the whole picture where it has no bound."""
    try:
        return 2 * receptive_fields(backbone, {layer})[layer].radius_px + 1
    except ConfigError:
        return PROBE_PX
