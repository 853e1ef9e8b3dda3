"""What `service.jobs.composer` is asked for. The web process imports this, and not the composer."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class ComposeRequest:
    """`uploads`: files by name, "photo" and "style". `ink`: the first character, as `Ink.to_wire`.

    `options`: of WallpaperOptions, with `characters`.
    """

    options: dict[str, Any]
    folder: str
    max_pixels: int
    uploads: dict[str, str] = field(default_factory=dict)
    ink: dict[str, Any] | None = None

    def text(self) -> str:
        """What the composer reads."""
        return json.dumps(asdict(self))
