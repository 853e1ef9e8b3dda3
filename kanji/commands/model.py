"""The option `--model` of the commands that read ink with a network."""

from __future__ import annotations

import argparse

from data.arguments import existing_file


def add_model(parser: argparse.ArgumentParser) -> None:
    """Adds `--model`, None where it is not given."""
    parser.add_argument(
        "--model",
        type=existing_file,
        metavar="FILE",
        help="a recognizer of your own, exported by `python -m kanji.training.export` (default:"
        " the one that ships)",
    )
