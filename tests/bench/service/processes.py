"""CPU time and memory of processes, from /proc."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS


def pss_mb(pid: int) -> float:
    """Proportional set size: memory, where what n processes share counts 1/n for each."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kb = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(kb / 1024, 1)
