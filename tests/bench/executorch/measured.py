"""Lowers each network and measures it; run by the Python of ExecuTorch's environment."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnxruntime
import torch

from tests.bench.executorch.networks import NETWORKS, Network
from tests.bench.table import table

RUNS = 10
SAME = 1e-4  # relative, between ExecuTorch and torch
HEADS = (
    "network", "MB", "ExecuTorch, CPU ms", "onnxruntime, CPU ms", "torch, CPU ms", "memory, MB",
    "error", "lowered in, s", "outside XNNPACK",
)  # fmt: skip


def main() -> None:
    """Prints the table; a network that cannot be lowered has the reason in its row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alone", type=Path, help="a .pte: prints what a run of it costs")
    program = parser.parse_args().alone
    torch.set_num_threads(1)
    if program:
        print(json.dumps(_alone(program)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, build in NETWORKS.items():
            network = build(Path(folder))
            try:
                rows.append([name, *_row(network, Path(folder) / "network.pte")])
            except Exception as error:  # ExecuTorch has no common class of errors
                traceback.print_exc()
                reason = f"{type(error).__name__}: {str(error).splitlines()[0][:80]}"
                rows.append([name, reason, *[""] * (len(HEADS) - 2)])
    print(table(HEADS, rows))


def _row(network: Network, path: Path) -> list[str]:
    start = time.process_time()
    outside = _lower(network, path)
    seconds = time.process_time() - start
    torch.save(network.inputs, path.with_suffix(".pt"))
    found = _method(path).execute(list(network.inputs))
    with torch.no_grad():
        expected = network.module(*network.inputs)
        error = max(_error(one, other) for one, other in zip(found, expected, strict=True))
        in_torch = _cpu_ms(lambda: network.module(*network.inputs))
    assert error < SAME, f"ExecuTorch computes something else, by {error}"
    session, feeds = _session(network.onnx), network.feeds()
    command = [sys.executable, "-m", "tests.bench.executorch.measured", "--alone", str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    alone = json.loads(done.stdout.splitlines()[-1])
    return [
        f"{path.stat().st_size / 1e6:.2f}", f"{alone['ms']:.1f}",
        f"{_cpu_ms(lambda: session.run(None, feeds)):.1f}", f"{in_torch:.1f}",
        f"{alone['mb']:.0f}", f"{error:.0e}", f"{seconds:.0f}", outside,
    ]  # fmt: skip


def _lower(network: Network, path: Path) -> str:
    """Writes the program; returns the operators that ExecuTorch's own kernels compute."""
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    exported = torch.export.export(network.module, network.inputs)
    lowered = to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()])
    program = lowered.to_executorch()
    path.write_bytes(program.buffer)
    calls = [n for n in program.exported_program().graph.nodes if n.op == "call_function"]
    kinds = Counter(str(n.target).split(".")[1] for n in calls if str(n.target).startswith("aten."))
    return ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(3))


def _alone(path: Path) -> dict[str, float]:
    """CPU time, and the memory that the program takes, in a process of its own."""
    from executorch.runtime import Runtime

    Runtime.get()
    inputs = list(torch.load(path.with_suffix(".pt"), weights_only=True))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew (Linux)
    before = _peak_mb()
    method = _method(path)
    ms = _cpu_ms(lambda: method.execute(inputs))
    return {"ms": ms, "mb": _peak_mb() - before}


def _method(path: Path) -> Any:
    from executorch.runtime import Runtime

    return Runtime.get().load_program(path).load_method("forward")


def _cpu_ms(run: Callable[[], object]) -> float:
    """Of the best of RUNS runs, of all threads, after one to warm up."""
    run()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        run()
        times.append(1000 * (time.process_time() - start))
    return min(times)


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _error(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
