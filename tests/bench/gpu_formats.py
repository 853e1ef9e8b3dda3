"""The number and memory formats in which `tests.bench.gpu` measures a pass and a step."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.optimizers.lbfgs_descent import LbfgsDescent
from tests.bench.criteria import Pictures, criterion_of

WARM_UP = 3  # runs before those that are timed

Work = Callable[[], object]


@dataclass(frozen=True)
class Format:
    """How a network computes. `has_step`: whether a painting can be asked to compute so."""

    name: str
    is_bf16: bool = False
    uses_tf32: bool = False
    is_channels_last: bool = True
    is_compiled: bool = False
    is_graph: bool = False
    has_step: bool = True


FORMATS = (
    Format("float32", is_channels_last=False),
    Format("TF32", uses_tf32=True),
    Format("bf16, channels-last", is_bf16=True),
    Format("bf16, torch.compile", is_bf16=True, is_compiled=True, has_step=False),
    Format("bf16, CUDA graph", is_bf16=True, is_graph=True, has_step=False),
)


def seconds_of_format(
    one: Format,
    network: Backbone,
    *,
    kind: str,
    size: int,
    rounds: int,
    device: torch.device,
    compiler: str,
) -> float:
    """The least seconds of a "bare pass" or of a "step" of a painting.

    Raises RuntimeError where the device cannot do it.
    """
    layout = torch.channels_last if one.is_channels_last else torch.contiguous_format
    network = network.to(device).to(memory_format=layout)
    with _tf32(one.uses_tf32):
        if kind == "step":
            return _least_seconds(_step(one, network, size, device), rounds, device)
        work = _bare_pass(one, network, size, device, compiler)
        return _least_seconds(_graph(work, device) if one.is_graph else work, rounds, device)


def _bare_pass(
    one: Format, network: Backbone, size: int, device: torch.device, compiler: str
) -> Work:
    """A forward pass to the deepest layer of the style, and a backward pass to the picture."""
    deepest = network.facts.style[-1]
    layout = torch.channels_last if one.is_channels_last else torch.contiguous_format
    image = torch.rand(1, 3, size, size, device=device).to(memory_format=layout).requires_grad_()

    def forward(image: torch.Tensor) -> torch.Tensor:
        with torch.autocast(device.type, torch.bfloat16, enabled=one.is_bf16):
            return network(image, [deepest])[deepest].float().sum()

    compiled = torch.compile(forward, backend=compiler) if one.is_compiled else forward
    return lambda: torch.autograd.grad(compiled(image), image)


def _step(one: Format, network: Backbone, size: int, device: torch.device) -> Work:
    """A step of a painting: losses, gradient and update."""
    generator = torch.Generator().manual_seed(0)
    content, style = (
        torch.rand(1, 3, size, size, generator=generator).to(device) for _ in range(2)
    )
    precision = "bf16" if one.is_bf16 else "float32"
    config = StylizeConfig(
        network.facts.name, max(size, network.facts.least_px), precision=precision,
        device=str(device),
    )  # fmt: skip
    criterion = criterion_of(Pictures(content, [style]), config, network)
    return LbfgsDescent(content.clone().requires_grad_(), criterion).step


def _graph(work: Work, device: torch.device) -> Work:
    """The same work, captured once and replayed without launching its kernels one by one."""
    if device.type != "cuda":
        raise RuntimeError("CUDA graphs need a CUDA device")
    stream = torch.cuda.Stream(device)
    stream.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            work()
    torch.cuda.current_stream(device).wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        kept = work()
    return lambda: (graph.replay(), kept)


def _least_seconds(work: Work, rounds: int, device: torch.device) -> float:
    seconds = []
    for number in range(WARM_UP + rounds):
        started = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        if number >= WARM_UP:
            seconds.append(time.perf_counter() - started)
    return min(seconds)


@contextmanager
def _tf32(is_allowed: bool) -> Iterator[None]:
    """Whether products of float32 matrices may be rounded to TF32, within the block."""
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    torch.set_float32_matmul_precision("high" if is_allowed else "highest")
    torch.backends.cudnn.allow_tf32 = is_allowed
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]
