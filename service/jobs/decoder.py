"""A program that decodes uploaded pictures in a process of its own, with limits.

A small file can hold a picture that takes gigabytes and minutes to decode. This process may use
MOST_BYTES and MOST_CPU_SECONDS, runs at low priority, and checks every header before it decodes a
pixel. `service.api.uploads` starts it:

    python -m service.jobs.decoder < request.json > answer.json
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from style.pictures.files import LEAST_SIDE_PX, as_srgb, scaled

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 256_000_000  # address space beyond what the imports take
MOST_CPU_SECONDS = 10
MOST_FILE_BYTES = 200_000_000  # of one file that is written
# A large picture that is compressed more than this is made to be a burden: photographs reach 50.
MOST_EXPANSION = 200
FREE_EXPANSION_BYTES = 16_000_000  # decoded size below which expansion does not matter
REDUCING_GAP = 3  # how many times the wanted size the cheap first reduction leaves at least
REFUSED, NO_STORAGE = "refused", "no_storage"  # keys of an answer
TOO_MUCH_MEMORY = "the image takes too much memory to decode; scale it down first"


@dataclass(frozen=True)
class Upload:
    """A picture to decode: from the file `source` to the PNG `target`.

    It is scaled down to `longest` pixels at its longest side.
    """

    source: str
    target: str
    longest: int


class Refused(ValueError):
    """The picture is not one of an allowed format and size."""


def main() -> int:
    """Read {"uploads", "max_pixels"} on stdin; write {"sizes"}, or what went wrong, on stdout.

    "sizes" are width and height of each picture that was written.
    """
    request = json.load(sys.stdin)
    uploads = [Upload(**one) for one in request["uploads"]]
    os.umask(0o077)
    limit_this_process(most_bytes=MOST_BYTES, most_cpu_seconds=MOST_CPU_SECONDS)
    json.dump(answered(lambda: _sizes(uploads, request["max_pixels"])), sys.stdout)
    return 0


def request_of(uploads: list[Upload], *, max_pixels: int) -> str:
    """What `main` reads."""
    return json.dumps({"uploads": [asdict(one) for one in uploads], "max_pixels": max_pixels})


def answered(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `work` returns, or which of the expected errors ended it."""
    try:
        return work()
    except Refused as error:
        return {REFUSED: str(error)}
    except MemoryError:
        return {REFUSED: TOO_MUCH_MEMORY}
    except OSError as error:
        return {NO_STORAGE: error.errno, "reason": f"{type(error).__name__}: {error.strerror}"}
    except Exception as error:  # onnxruntime has no MemoryError
        if "bad_alloc" in str(error):
            return {REFUSED: TOO_MUCH_MEMORY}
        raise


def _sizes(uploads: list[Upload], max_pixels: int) -> dict[str, Any]:
    for upload in uploads:
        check_header(Path(upload.source), max_pixels=max_pixels)
    return {"sizes": [_convert(upload) for upload in uploads]}


def check_header(path: Path, *, max_pixels: int) -> None:
    """Raises Refused for a file that is no picture, or one of a size that is not allowed.

    It reads the header and decodes no pixel. Raises OSError where the file cannot be read.
    """
    with path.open("rb") as file, _decoding(), Image.open(file, formats=FORMATS) as image:
        width, height = image.size
        decoded = width * height * len(image.getbands())
    if min(width, height) < LEAST_SIDE_PX or width * height > max_pixels:
        raise Refused(
            f"the image is {width} x {height} pixels; allowed: sides of at least"
            f" {LEAST_SIDE_PX}, and at most {max_pixels} pixels in all"
        )
    expansion = decoded / max(path.stat().st_size, 1)
    if decoded > FREE_EXPANSION_BYTES and expansion > MOST_EXPANSION:
        raise Refused(
            f"the image is {expansion:.0f} times as large as its file; allowed: {MOST_EXPANSION}"
            " for one this large; scale it down first"
        )


def _convert(upload: Upload) -> tuple[int, int]:
    """Write the PNG, and return its width and height."""
    picture = decoded(Path(upload.source), upload.longest)
    picture.save(upload.target, "PNG", compress_level=1)
    return picture.size


def decoded(path: Path, longest: int) -> Image.Image:
    """A picture whose header was checked: upright, in sRGB, of at most `longest` pixels.

    Raises Refused where it is damaged, and OSError where the file cannot be read.
    """
    with path.open("rb") as file, _decoding(), Image.open(file, formats=FORMATS) as image:
        return scaled(as_srgb(_reduced(image, longest)), longest)


def _reduced(image: Image.Image, longest: int) -> Image.Image:
    """The picture as it is, or cheaply reduced to not less than REDUCING_GAP times `longest`.

    A JPEG is then decoded at a fraction of its size, and nothing is converted at full size.
    """
    at_least = REDUCING_GAP * longest
    image.draft("", (at_least, at_least))
    factor = max(image.size) // at_least
    if factor < 2 or image.mode not in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        return image
    return image.reduce(factor)


class _decoding:
    """Turns whatever Pillow raises for a file that it cannot decode into Refused."""

    def __enter__(self) -> None:
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self._warnings.__exit__(kind, error, trace)  # type: ignore[arg-type]
        if isinstance(error, Refused | MemoryError):
            return
        if isinstance(error, Image.DecompressionBombError):
            raise Refused("the image has too many pixels; send a smaller one") from error
        if isinstance(error, UnidentifiedImageError):
            raise Refused(f"send a picture as {', '.join(FORMATS)}") from error
        if isinstance(error, OSError) and error.errno is not None:
            return  # the storage failed, and not the decoder, whose errors have no number
        if isinstance(error, OSError | ValueError | SyntaxError):
            raise Refused("the image file is damaged, or too large to decode") from error


def limit_this_process(*, most_bytes: int, most_cpu_seconds: int, niceness: int = 10) -> None:
    """Bound memory, CPU time and file size. On Windows only the time limit of the parent holds.

    `most_bytes`: of address space, beyond what is in use.
    """
    if hasattr(os, "nice"):
        os.nice(niceness)  # requests go first
    try:
        import resource
    except ImportError:
        return
    in_use = _address_space_bytes()
    limits = {
        resource.RLIMIT_AS: in_use + most_bytes if in_use else 0,
        resource.RLIMIT_CPU: most_cpu_seconds,
        resource.RLIMIT_FSIZE: MOST_FILE_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        if most or kind == resource.RLIMIT_CORE:
            resource.setrlimit(kind, (most, most))


def _address_space_bytes() -> int:
    """Address space of this process; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main())
