"""Fast styles as options of a job: the painting is there at once, and no painter is waited for."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from style.fast.blend import parse_blend
from style.fast.network import SERVICE_THREADS, FastStyle


def _known(text: str) -> str:
    """The text of a blend whose styles there are. Raises ConfigError, a ValueError."""
    FastStyle.load(threads=SERVICE_THREADS).weights(parse_blend(text))
    return text


Fast = Annotated[str, Field(max_length=200), AfterValidator(_known)]

FAST: Any = (
    Fast | None,
    Field(
        None,
        description="paint at once in a style that the service has learned, or in a blend such as"
        " wave=0.7,sumi=0.3, instead of that of a picture",
    ),
)
