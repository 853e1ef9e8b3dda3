"""What the networks cost that a phone would run: `python -m tests.bench.phones PHOTO...`.

The recognizer, SqueezeNet's features in three precisions, other backbones beside them, and the
fast style network. For each: the file, parameters, multiply-adds, the CPU time of a run on one
thread in onnxruntime, the memory it takes there, and the CPU time in onnxruntime-web (Chromium);
then how far the outputs are from those in single precision, relative. PHOTOS: for the scales of
int8; the first is what errors are measured on.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from PIL import Image

from data.ink.sequence import FEATURES, STEPS
from kanji.recognizer.recognize import SHIPPED
from style.backbones.backbone import Backbone
from style.commands.weights_export import PRECISIONS
from style.fast.network import OUTER, TRUNK, WEIGHTS, FastStyle
from style.pictures.files import open_picture
from style.training.compact_fast import write_compact
from style.training.compact_onnx import export
from tests.browser import chromium
from tests.style.training.browser_runtime import browser_runtime

Feeds = dict[str, np.ndarray]

SIDE = 224  # of the pictures
RUNS = 10
SAME = 1e-4  # relative, between onnxruntime and the browser
# The same where activations are rounded to bytes, which another order of sums may cross.
SAME_IN_BYTES = 0.01
SAME_BEHIND_NORMS = 0.1  # which make a small difference larger
COLUMNS = (
    "network", "MB", "parameters, millions", "multiply-adds, millions", "CPU ms", "memory, MB",
    "browser, CPU ms", "error",
)  # fmt: skip


def main() -> None:
    """Prints a row for each model as it is measured."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--backbone", action="append", help="default: squeezenet1_0")
    parser.add_argument("--alone", nargs=2, help=argparse.SUPPRESS)  # MODEL FEEDS: prints a row
    args = parser.parse_args()
    if args.alone:
        print(json.dumps(_alone(*map(Path, args.alone))))
        return
    print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        ink = {"sequences": np.random.default_rng(1).random((1, STEPS, len(FEATURES)), np.float32)}
        _print_row("recognizer", SHIPPED, ink, None)
        for name in args.backbone or ["squeezenet1_0"]:
            _backbone_rows(name, args.photos, Path(folder))
        _fast_rows(args.photos, Path(folder))


def _backbone_rows(name: str, photos: Sequence[Path], folder: Path) -> None:
    backbone, expected = Backbone.load(name), None
    feeds = {"picture": _pixels(photos[0])}
    for precision in PRECISIONS:
        path = folder / f"{name}-{precision}.onnx"
        export(backbone, path, precision=precision, photos=photos)
        found = _print_row(f"{name}, {precision}", path, feeds, expected)
        expected = expected or found


def _fast_rows(photos: Sequence[Path], folder: Path) -> None:
    """The two halves of the fast style network, in half precision, and the first in 8 bits."""
    pixels = _pixels(photos[0])
    style = FastStyle.load(threads=1).weights({"wave": 1.0})
    trunk = {"picture": pixels, "style": style}
    found = _print_row("fast style, trunk, float16", WEIGHTS / TRUNK, trunk, None)
    write_compact(folder, [open_picture(path) for path in photos])
    _print_row("fast style, trunk, int8", folder / TRUNK, trunk, found, same=SAME_BEHIND_NORMS)
    outer = {"features": found["features"], "style": style}
    _print_row("fast style, outer, float16", WEIGHTS / OUTER, outer, None)


def _print_row(
    name: str, path: Path, feeds: Feeds, expected: Feeds | None, *, same: float = SAME
) -> Feeds:
    """Measures a model and returns its outputs. `same`: how far the browser's may be from them."""
    model = onnx.load(path)
    session, shapes = _session(path), _shapes(model, feeds)
    names = [one.name for one in session.get_outputs()]
    outputs = dict(zip(names, session.run(names, feeds), strict=True))
    alone = _measured(path, feeds)
    with chromium() as browser, browser_runtime(browser, path) as runtime:
        browser_ms, in_browser = runtime.cpu_ms(feeds, times=RUNS), runtime.run(feeds)
    apart = max(_error(in_browser[one], outputs[one]) for one in in_browser)
    in_bytes = any(node.op_type.startswith("DynamicQuantize") for node in model.graph.node)
    same = SAME_IN_BYTES if in_bytes else same
    assert apart < same, f"{name}: the browser computes something else, by {apart}"
    error = "" if expected is None else _spread(outputs, expected)
    cells = (
        name, f"{path.stat().st_size / 1e6:.2f}", f"{_parameters(model) / 1e6:.2f}",
        f"{_multiply_adds(model, shapes) / 1e6:.0f}", f"{alone['ms']:.1f}", f"{alone['mb']:.0f}",
        f"{browser_ms:.1f}", error,
    )  # fmt: skip
    print("| " + " | ".join(cells) + " |", flush=True)
    return outputs


def _spread(outputs: Feeds, expected: Feeds) -> str:
    errors = [_error(outputs[one], expected[one]) for one in expected]
    return f"{min(errors):.4f} to {max(errors):.4f}"


def _error(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.linalg.norm(found - expected) / np.linalg.norm(expected))


def _measured(path: Path, feeds: Feeds) -> Any:
    """CPU time and memory in a process of its own."""
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        np.savez(file, **feeds)  # type: ignore[arg-type]  # numpy's stub takes a flag for an array
        file.flush()
        command = [sys.executable, "-m", "tests.bench.phones", "-", "--alone", str(path), file.name]
        return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def _alone(path: Path, saved: Path) -> dict[str, float]:
    with np.load(saved) as stored:
        feeds = dict(stored)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew (Linux)
    before = _peak_mb()
    session = _session(path)
    times = []
    for _ in range(RUNS):
        start = time.thread_time()
        session.run(None, feeds)
        times.append(1000 * (time.thread_time() - start))
    return {"ms": min(times), "mb": _peak_mb() - before}


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _shapes(model: onnx.ModelProto, feeds: Feeds) -> dict[str, tuple[int, ...]]:
    """The shapes of all that a model's nodes compute."""
    names = {one.name for one in model.graph.output}
    opened = onnx.ModelProto()
    opened.CopyFrom(model)
    inner = {name for node in model.graph.node for name in node.output if name} - names
    opened.graph.output.extend(onnx.ValueInfoProto(name=name) for name in sorted(inner))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        opened.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    asked = [one.name for one in session.get_outputs()]
    values = session.run(asked, feeds)
    return {name: value.shape for name, value in zip(asked, values, strict=True)}


def _parameters(model: onnx.ModelProto) -> int:
    kinds = {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8}
    return sum(math.prod(one.dims) for one in model.graph.initializer if one.data_type in kinds)


def _multiply_adds(model: onnx.ModelProto, shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Of convolutions, linear layers and LSTMs, for one run."""
    sizes = dict(shapes) | {one.name: tuple(one.dims) for one in model.graph.initializer}
    total = 0
    for node in model.graph.node:
        kind = node.op_type.removeprefix("DynamicQuantize")  # computed in 8 bits
        if kind not in ("Conv", "Gemm", "MatMul", "LSTM"):
            continue
        weight, out = sizes[node.input[1]], sizes[next(name for name in node.output if name)]
        if kind == "Conv":
            total += math.prod(out) * math.prod(weight[1:])
        elif kind == "LSTM":
            steps = out[0] * out[2]  # and a batch
            total += steps * (math.prod(weight) + math.prod(sizes[node.input[2]]))
        else:
            inner = math.prod(weight) // out[-1]
            total += math.prod(out) * inner
    return total


def _pixels(photo: Path) -> np.ndarray:
    with Image.open(photo) as image:
        small = image.convert("RGB").resize((SIDE, SIDE))
    return np.asarray(small, np.float32).transpose(2, 0, 1)[None] / 255


if __name__ == "__main__":
    main()
