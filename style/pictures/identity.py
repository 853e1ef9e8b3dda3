"""What tells pictures from others: a hash of their pixels. Needs no torch."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from PIL import Image


def pictures_sha256(pictures: Sequence[Image.Image | str]) -> str:
    """The sha256 of modes, sizes and pixels in this order; texts between them count as well."""
    digest = hashlib.sha256()
    for picture in pictures:
        if isinstance(picture, str):
            digest.update(picture.encode())
        else:
            digest.update(f"{picture.mode} {picture.size} ".encode() + picture.tobytes())
    return digest.hexdigest()
