"""Forms of POST /v1/stylizations."""

from __future__ import annotations

import io

from PIL import Image

Upload = tuple[io.BytesIO, str]


def picture(size: tuple[int, int] = (32, 32), kind: str = "PNG") -> Upload:
    """A red picture as Werkzeug's test client uploads it."""
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, kind)
    file.seek(0)
    return file, "picture"


def form(**fields: object) -> dict[str, object]:
    """A form that the service accepts, with `fields` added or replaced."""
    return {"content": picture(), "style": picture(), **fields}
