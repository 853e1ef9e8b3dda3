"""`hitsujun simulate` and `hitsujun tune`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

UNLOCKS, LEARNERS, DAYS = 40, 3, 365
RETENTIONS, NEW = (0.8, 0.85, 0.9, 0.95), (3, 5, 10)


def add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "simulate",
        help="what a practice setting gives learners in a year, and what it costs them",
        description="Simulated learners practise for a year with each combination of settings."
        " Prints a JSON line for each: kanji introduced and known at the end, retention, reviews"
        " and minutes a day.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--deck", default="joyo", help="a list, jlpt-5, grade-1, frequency-500, component:氵, kanji"
    )
    parser.add_argument("--days", type=int, default=DAYS, help="how long they practise")
    parser.add_argument("--unlocks", type=int, default=UNLOCKS, help="of the phone, a day")
    parser.add_argument("--learners", type=int, default=LEARNERS, help="whose mean is told")
    parser.add_argument(
        "--retention",
        type=float,
        nargs="+",
        default=RETENTIONS,
        metavar="SHARE",
        help="how probable recall is to be when a kanji is due",
    )
    parser.add_argument("--new", type=int, nargs="+", default=NEW, help="new kanji a day")
    parser.add_argument("--reviews", type=int, help="most reviews a day (default: no limit)")
    parser.add_argument("--seed", type=int, default=1, help="of the learners")
    parser.add_argument("-o", "--output", type=Path, metavar="PLOT.png", help="also draw a plot")
    parser.set_defaults(run=_simulate)


def add_tune(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "tune",
        help="a learner's own FSRS parameters from the log of their reviews",
        description="Fits the 21 parameters of FSRS-6 to a log, a job of some seconds for each"
        " learner, and writes them with their version, which the cards replayed with them state."
        " Prints the version as JSON.",
    )
    parser.add_argument("log", type=Path, metavar="LOG.jsonl", help="one event a line")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="PARAMETERS.json", help="where to"
    )
    parser.set_defaults(run=_tune)


def _tune(args: argparse.Namespace) -> int:
    from kanji.practice.log import read_log
    from kanji.practice.parameters import fit
    from kanji.practice.schedule import ScheduleRules, replay

    rated = replay(read_log(args.log), ScheduleRules()).rated
    found = fit(rated)
    found.save(args.output)
    print(json.dumps({"version": found.version, "attempts": len(rated)}))
    return 0


def _simulate(args: argparse.Namespace) -> int:
    from data.references.store import load_references
    from kanji.errors import KanjiError
    from kanji.matching.lookalikes import lookalikes
    from kanji.practice.decks import deck
    from kanji.practice.plot import check_plot, plot
    from kanji.practice.simulation import Learner, Setting, outcome

    if min(args.days, args.unlocks, args.learners, *args.new) < 1:
        raise KanjiError("days, unlocks, learners and new kanji are 1 or more")
    if not all(0.5 <= share < 1 for share in args.retention):
        raise KanjiError("a retention lies from 0.5 to below 1; 0.9 is usual")
    if args.output:
        check_plot(args.output)
    references = load_references("ja")
    kanji = deck(args.deck, references)
    alike = lookalikes(kanji, references)
    learners = [Learner(unlocks=args.unlocks, seed=args.seed + n) for n in range(args.learners)]
    outcomes = []
    for new in args.new:
        for retention in args.retention:
            setting = Setting(retention, new, args.reviews)
            found = outcome(learners, kanji, setting, days=args.days, lookalikes=alike)
            outcomes.append(found)
            print(json.dumps(found.to_dict()))
            print(f"{new} new a day, retention {retention}: done", file=sys.stderr)
    if args.output:
        plot(outcomes, args.output)
    return 0
