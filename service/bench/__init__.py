"""`hitsujun bench`: what each part of hitsujun costs and gives on this machine.

A file for each area yields `Row`s; `results` keeps them as JSON, from which docs/benchmarks.md is
made. Nothing here needs a network or real handwriting: what does is in `tests/bench` of the
repository, and writes the same JSON.
"""
