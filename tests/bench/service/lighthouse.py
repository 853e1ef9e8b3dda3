"""Lighthouse's scores of the practice page, and what it would have better.

    python -m tests.bench.service lighthouse                      # a service of its own
    python -m tests.bench.service lighthouse http://127.0.0.1:8000/ --runs 3

Lighthouse comes from npm into a temporary folder, or once into that of `--tools`, and runs in the
Chromium that is installed. It slows the processor down to a quarter, and measures by the clock: on
a busy machine its performance is the machine's. So the blocking time is given by the CPU time of
the page's thread as well, and the score that it would make. Says why where npm or Chromium cannot
be had; leaves with status 1 for a score below the aim.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import log
from pathlib import Path
from statistics import NormalDist
from typing import Any

from tests.bench.service.browser import serving

LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices")
AIM = 0.95
TRACES = "traces"
TASKS = ("RunTask", "ThreadControllerImpl::RunTask")  # of a thread, in Chromium's traces
SLOWDOWN = 4  # of the processor, as Lighthouse has it for a phone
LONG_MS = 50  # beyond this a task blocks
BLOCKING = "total-blocking-time"
BLOCKING_MS = 200, 600  # for which Lighthouse gives 0.9 and 0.5 to a phone, on a log-normal curve
INSTALL_SECONDS, RUN_SECONDS = 300, 240
ATTEMPTS = 3  # at a run: on a busy machine Lighthouse may miss the start of the page
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def main(arguments: list[str]) -> None:
    """Prints the scores of each run, and the audits that are not perfect."""
    parser = argparse.ArgumentParser(prog="lighthouse", description=__doc__.split("\n\n")[0])
    parser.add_argument("address", nargs="?", help="of a running service (default: one is started)")
    parser.add_argument("--runs", type=int, default=1, help="the best counts (default: 1)")
    parser.add_argument("--tools", type=Path, help="where Lighthouse is kept (default: nowhere)")
    args = parser.parse_args(arguments)
    npx, chromium = shutil.which("npx"), shutil.which("chromium")
    if npx is None or chromium is None:
        print("skipped: npx or chromium is missing")
        return
    with tempfile.TemporaryDirectory() as folder:
        tools = args.tools or Path(folder)
        try:
            _install(tools)
        except (subprocess.SubprocessError, OSError) as error:
            print(f"skipped: {LIGHTHOUSE} cannot be had from npm: {error}")
            return
        with _service(args.address, Path(folder)) as address:
            runs = [_run(address, tools, npx, chromium) for _ in range(args.runs)]
    best = max(runs, key=lambda report: _scores(report)["performance"])
    for report in runs:
        scores = " ".join(f"{name} {score:.2f}" for name, score in _scores(report).items())
        speed = report["environment"]["benchmarkIndex"]  # of Lighthouse: 1,500 and more is usual
        blocking = report["cpu_blocking_ms"]
        print(f"{scores}; this machine {speed:.0f}")
        print(f"  by CPU time: blocking {blocking:.0f} ms, performance {_by_cpu_time(report):.2f}")
    for audit in best["audits"].values():
        if audit.get("score") is not None and audit["score"] < 1:
            print(f"  {audit['id']}: {audit.get('displayValue', '')} ({audit['title']})")
    if min(_scores(best).values()) < AIM:
        sys.exit(1)


def _install(folder: Path) -> None:
    if (folder / "node_modules" / ".bin" / "lighthouse").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--silent", "--no-fund", "--no-audit", LIGHTHOUSE]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=INSTALL_SECONDS)


@contextmanager
def _service(address: str | None, folder: Path) -> Iterator[str]:
    """The address that was given, or that of a new service."""
    if address:
        yield address
        return
    with serving(folder / "data") as own:
        yield own


def _run(address: str, folder: Path, npx: str, chromium: str) -> dict[str, Any]:
    """The report of one run."""
    command = [
        npx, "--no-install", "lighthouse", address, "--quiet", "--output=json",
        "--output-path=report.json", f"-GA={folder / TRACES}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={FLAGS}",
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": chromium}
    for attempt in range(1, ATTEMPTS + 1):
        done = subprocess.run(
            command, cwd=folder, env=environment, timeout=RUN_SECONDS, check=attempt == ATTEMPTS
        )
        if not done.returncode:
            break
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    trace = json.loads((folder / TRACES / "defaultPass.trace.json").read_text("utf-8"))
    return report | {"cpu_blocking_ms": _cpu_blocking_ms(trace["traceEvents"])}


def _cpu_blocking_ms(events: list[dict[str, Any]]) -> float:
    """Total blocking time of the page's thread, by the CPU time of its tasks, slowed down."""
    tasks: dict[tuple[int, int], list[float]] = {}
    for event in events:
        if event["name"] in TASKS and "tdur" in event:
            thread = event["pid"], event["tid"]
            tasks.setdefault(thread, []).append(event["tdur"] / 1000)
    pages = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"].get("name") == "CrRendererMain"
    }
    busiest = max((tasks[one] for one in pages & tasks.keys()), key=sum)
    return sum(max(0.0, SLOWDOWN * cpu - LONG_MS) for cpu in busiest)


def _by_cpu_time(report: dict[str, Any]) -> float:
    """The score of the performance, were its blocking time that of the thread's CPU time."""
    parts = report["categories"]["performance"]["auditRefs"]
    weights = {part["id"]: part["weight"] for part in parts if part["weight"]}
    scores = {name: report["audits"][name]["score"] for name in weights}
    good, usual = (log(value) for value in BLOCKING_MS)
    spread = NormalDist(usual, (usual - good) / NormalDist().inv_cdf(0.9))
    scores[BLOCKING] = 1 - spread.cdf(log(max(report["cpu_blocking_ms"], 1.0)))
    return sum(weights[name] * scores[name] for name in weights) / sum(weights.values())


def _scores(report: dict[str, Any]) -> dict[str, float]:
    return {name: report["categories"][name]["score"] for name in CATEGORIES}
