"""Whether the grader of the browser judges as Python: `python -m tests.bench.grader_parity`.

`[--drawings 20000] [--seed 1] [--reads 400]`: drawings that both grade, and drawings that both
recognizers read. Needs Node. Prints the first differences, and exits with 1 where there are any.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from itertools import islice

from tests.service.grader.comparison import graded, readings
from tests.service.grader.drawings import jobs

BATCH = 250  # drawings that one run of Node grades
SHOWN = 5  # differences that are printed


def main() -> None:
    """Prints how many drawings are judged alike."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, default=20_000)
    parser.add_argument("--reads", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    started = time.monotonic()
    wrong = _grade(args.drawings, args.seed)
    read = list(readings(args.reads, args.seed))
    off = max((one.off for one in read), default=0.0)
    same = sum(one.is_same for one in read)
    print(f"{same} of {len(read)} read alike, probabilities within {off:.1e}")
    print(f"{time.monotonic() - started:.0f} s")
    sys.exit(bool(wrong) or same < len(read))


def _grade(drawings: int, seed: int) -> int:
    """Prints how many were graded, and the first differences; returns how many differ."""
    wrong, done, verdicts = 0, 0, Counter[str]()
    drawn = jobs(drawings, seed)
    while batch := list(islice(drawn, BATCH)):
        for job, answer, found in graded(batch):
            verdicts["so far" if job.so_far else answer["verdict"]] += 1
            wrong += bool(found)
            if found and wrong <= SHOWN:
                print(json.dumps(job.to_wire(), ensure_ascii=False), *found, sep="\n")
        done += len(batch)
        print(f"{done} graded, {wrong} differ", flush=True)
    print(", ".join(f"{count} {name}" for name, count in verdicts.most_common()))
    return wrong


if __name__ == "__main__":
    main()
