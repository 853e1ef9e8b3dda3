"""Picture files byte by byte, for what Pillow does not write."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6  # colour types of PNG
WHITE_IS_ZERO, BLACK_IS_ZERO = 0, 1  # photometric interpretations of TIFF

_SAMPLE_FORMATS = {"u": 1, "i": 2, "f": 3}  # of TIFF, by the kind of a NumPy type
_D50 = (0.9642, 1.0, 0.8249)
_SRGB_PRIMARIES = {  # X, Y, Z relative to D50
    b"rXYZ": (0.4361, 0.2225, 0.0139),
    b"gXYZ": (0.3851, 0.7169, 0.0971),
    b"bXYZ": (0.1431, 0.0606, 0.7141),
}


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(size: tuple[int, int], bits: int, colour_type: int, pixels: bytes, *chunks: bytes) -> bytes:
    """A PNG file whose IDAT chunk holds `pixels`; `chunks` stand before it."""
    header = struct.pack(">IIBBBBB", *size, bits, colour_type, 0, 0, 0)
    parts = [png_chunk(b"IHDR", header), *chunks, png_chunk(b"IDAT", pixels)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + png_chunk(b"IEND", b"")


def png_of(rows: NDArray[np.generic], bits: int, colour_type: int, *chunks: bytes) -> bytes:
    """A PNG file of samples, (H, W) or (H, W, C); below 8 bits (H, W) with W a multiple of 8."""
    if bits < 8:
        digits = (rows[..., None].astype(np.uint8) >> np.arange(bits - 1, -1, -1)) & 1
        packed = np.packbits(digits.reshape(len(rows), -1), axis=1)
    else:
        packed = rows.astype(f">u{bits // 8}")
    lines = b"".join(b"\0" + row.tobytes() for row in packed)
    return png((rows.shape[1], rows.shape[0]), bits, colour_type, zlib.compress(lines), *chunks)


def tiff_of(pixels: NDArray[np.generic], photometric: int, *, bits: int = 0) -> bytes:
    """A little-endian grey TIFF of (H, W). `bits`: what its header says, the type's by default."""
    height, width = pixels.shape
    content = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    if bits == 12:  # two samples in three bytes
        pairs = pixels.reshape(-1, 2).astype(int)
        packed = [pairs[:, 0] >> 4, (pairs[:, 0] & 15) << 4 | pairs[:, 1] >> 8, pairs[:, 1] & 255]
        content = np.stack(packed, axis=1).astype(np.uint8).tobytes()
    values = {
        256: width, 257: height, 258: bits or pixels.dtype.itemsize * 8, 259: 1, 262: photometric,
        273: 0, 277: 1, 278: height, 279: len(content), 339: _SAMPLE_FORMATS[pixels.dtype.kind],
    }  # fmt: skip
    values[273] = 8 + 2 + 12 * len(values) + 4  # where the pixels begin
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in values.items())
    return b"II*\0" + struct.pack("<IH", 8, len(values)) + entries + bytes(4) + content


def icc_profile(space: bytes, gamma: float, *, padding: int = 0) -> bytes:
    """An ICC profile of sRGB's primaries, or of grey; its samples are light ** (1 / gamma)."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    tags = {b"wtpt": _xyz(_D50)}
    if space == b"GRAY":
        tags[b"kTRC"] = curve
    else:
        tags |= {name: _xyz(primary) for name, primary in _SRGB_PRIMARIES.items()}
        tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    if padding:
        tags[b"junk"] = b"text" + bytes(4) + np.random.default_rng(1).bytes(padding)
    table, content, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(content), len(data))
        content += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">I4sI4s4s4s", start + len(content), b"", 0x02100000, b"mntr", space, b"XYZ "
    )
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", *_fixed(_D50))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + content


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *_fixed(values))


def _fixed(values: tuple[float, float, float]) -> list[int]:
    return [round(value * 65536) for value in values]
