"""The fast style network, run by onnxruntime.

The trunk normalises by statistics of the whole picture, so it sees all of it. It works at a half of
the picture's size and less. The outer layers are the only ones at full size; they see a few pixels
around each, and are run strip by strip with that much overlap, so that there is no seam.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.inference import onnxruntime
from data.json_text import json_value
from data.model_card import contradicts_card
from data.suggestions import did_you_mean
from style.errors import ConfigError, WeightsMissing

Array = npt.NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights"
TRUNK, OUTER = "trunk.onnx", "outer.onnx"
FORMAT_VERSION = 1  # of the two files; one of another version is refused
SERVICE_THREADS = 2  # of a program that paints while somebody waits, beside others
SIZE_MULTIPLE = 8  # the trunk halves three times
LEAST_PX = 2 * SIZE_MULTIPLE  # of a side, as reflection needs two positions at an eighth
STRIP_ROWS = 64  # of features, twice as many of the picture; more = more memory, less overlap
OVERLAP_ROWS = 2  # of features, that the outer layers see beyond a row


class FastStyle:
    """A network and the names of its styles. Raises WeightsMissing as `load` does."""

    def __init__(self, folder: Path = WEIGHTS, *, threads: int | None = None) -> None:
        self._trunk, self._outer = (_session(folder / name, threads) for name in (TRUNK, OUTER))
        self.names = _names(folder / TRUNK, self._trunk)
        if self.names != _names(folder / OUTER, self._outer):
            raise WeightsMissing(f"{folder}: {TRUNK} and {OUTER} are of different networks")

    @classmethod
    @functools.cache
    def load(cls, folder: Path = WEIGHTS, *, threads: int | None = None) -> FastStyle:
        """The network of a folder, by default the shipped one; the same object each time.

        `threads`: of onnxruntime; None for as many as there are cores. Raises WeightsMissing where
        its files are missing, damaged or of another version.
        """
        return cls(folder, threads=threads)

    def weights(self, blend: Mapping[str, float]) -> Array:
        """(1, styles), which sum to 1.

        Raises ConfigError for a style that is not known, and for weights that are negative, not
        finite or sum to 0.
        """
        if unknown := [name for name in blend if name not in self.names]:
            raise ConfigError(
                f"there is no fast style {unknown[0]!r}{did_you_mean(unknown[0], self.names)};"
                f" there are {', '.join(self.names)}"
            )
        row = np.array([[blend.get(name, 0.0) for name in self.names]], np.float32)
        if not np.isfinite(row).all() or row.min() < 0 or row.sum() <= 0:
            raise ConfigError(
                f"the weights are {dict(blend)}; allowed: 0 or more, not all of them 0"
            )
        return np.asarray(row / row.sum(), np.float32)

    def paint(self, picture: Array, blend: Mapping[str, float]) -> Array:
        """The painted picture (3, H, W), sRGB in [0, 1].

        `picture`: (3, H, W) float32, sRGB in [0, 1]. `blend`: weights of styles by name; only
        their ratio matters.
        """
        height, width = picture.shape[1:]
        style = self.weights(blend)
        enlarged = padded(picture)
        (features,) = self._trunk.run(None, {"picture": enlarged[None], "style": style})
        painted = np.empty_like(enlarged)
        for start in range(0, features.shape[2], STRIP_ROWS):
            stop = min(start + STRIP_ROWS, features.shape[2])
            first, last = max(0, start - OVERLAP_ROWS), min(features.shape[2], stop + OVERLAP_ROWS)
            inputs = {"features": features[:, :, first:last], "style": style}
            (strip,) = self._outer.run(None, inputs)
            above = 2 * (start - first)
            painted[:, 2 * start : 2 * stop] = strip[0, :, above : above + 2 * (stop - start)]
        return painted[:, :height, :width]


def padded(picture: Array) -> Array:
    """The picture with sides of LEAST_PX or more, multiples of SIZE_MULTIPLE, by reflection."""
    missing = [max(LEAST_PX - side, -side % SIZE_MULTIPLE) for side in picture.shape[1:]]
    return np.pad(picture, [(0, 0), (0, missing[0]), (0, missing[1])], mode="symmetric")


def _session(path: Path, threads: int | None) -> Any:
    library = onnxruntime()
    if not path.is_file():
        raise WeightsMissing(f"{path} is missing: `python -m style.training.export` writes it")
    if contradicts_card(path):
        raise WeightsMissing(f"{path} is not the file of its model card; install it again")
    options = library.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # threads that wait
    options.enable_cpu_mem_arena = False  # an arena keeps the memory of the largest picture
    try:
        session = library.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common class of errors
        raise WeightsMissing(f"{path} cannot be read: install it again") from error
    version = session.get_modelmeta().custom_metadata_map.get("format_version")
    if version != str(FORMAT_VERSION):
        raise WeightsMissing(
            f"{path} has the format {version}; this version reads {FORMAT_VERSION}"
        )
    return session


def _names(path: Path, session: Any) -> tuple[str, ...]:
    names = json_value(session.get_modelmeta().custom_metadata_map.get("styles", "null"))
    if not isinstance(names, list) or not names:
        raise WeightsMissing(f"{path} names no styles")
    return tuple(names)
