"""Steps of a painting from noise, and what the quickest of several works in turn costs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

import torch

from style.backbones.backbone import Backbone
from style.config.stylize import StylizeConfig
from style.optimizers.lbfgs_descent import LbfgsDescent
from tests.bench.criteria import Pictures, criterion_of

WARM_UP = 2  # steps before the timed ones: L-BFGS scales its first


def steps(network: Backbone, config: StylizeConfig) -> Iterator[object]:
    """Steps as `hitsujun stylize` does them; content and style are noise, `config.size` square."""
    generator = torch.Generator().manual_seed(0)
    shape = (1, 3, config.size, config.size)
    content, style = (torch.rand(shape, generator=generator) for _ in range(2))
    placed = network.to(memory_format=torch.channels_last)
    criterion = criterion_of(Pictures(content, [style]), config, placed)
    descent = LbfgsDescent(content.clone().requires_grad_(), criterion)
    while True:
        yield descent.step()


def least_seconds(works: Mapping[str, Iterator[object]], rounds: int) -> dict[str, float]:
    """The least CPU seconds of a step of each work; all are run in turn, after WARM_UP steps."""
    for work in works.values():
        for _ in range(WARM_UP):
            next(work)
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.process_time()
            next(work)
            seconds[name].append(time.process_time() - start)
    return {name: min(times) for name, times in seconds.items()}
