"""HEIC, the format of iPhone photos. Needs pillow-heif, an extra, and no torch."""

from __future__ import annotations

import importlib.util

BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
MISSING = "HEIC pictures need pillow-heif: pip install 'hitsujun[heic]'"


def is_heic(content: bytes) -> bool:
    """Whether a file that Pillow does not recognize begins as HEIF does (ISO/IEC 23008-12)."""
    return content[4:8] == b"ftyp" and content[8:12] in BRANDS


def register_heic() -> bool:
    """Makes Pillow open HEIC files; False where pillow-heif is not installed."""
    if importlib.util.find_spec("pillow_heif") is None:
        return False
    import pillow_heif

    pillow_heif.register_heif_opener()
    return True
