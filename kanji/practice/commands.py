"""`hitsujun simulate` and `hitsujun tune`."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import time

from data.arguments import existing_file, new_file, whole

UNLOCKS, LEARNERS, DAYS = 40, 3, 365
MOST_UNLOCKS, MOST_LEARNERS, MOST_DAYS = 1000, 1000, 3650  # more would take days
RETENTIONS, NEW = (0.8, 0.85, 0.9, 0.95), (3, 5, 10)


def add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `simulate`."""
    parser = commands.add_parser(
        "simulate",
        help="what a practice setting gives simulated learners in a year, and what it costs",
        description="Simulates learners who practise for a year with each combination of settings."
        " Prints a JSON line for each combination: kanji introduced, kanji known at the end,"
        " retention, reviews and minutes a day.",
    )
    _add_simulate_options(parser)
    parser.set_defaults(run=_simulate)


def _add_simulate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--deck",
        default="joyo",
        help="a list, jlpt-5, grade-1, frequency-500, component:氵, kanji (default: %(default)s)",
    )
    for option, default, allowed, help in (
        ("--days", DAYS, whole(1, MOST_DAYS), f"how long they practise, at most {MOST_DAYS}"),
        ("--unlocks", UNLOCKS, whole(1, MOST_UNLOCKS), "unlocks of the phone a day"),
        ("--learners", LEARNERS, whole(1, MOST_LEARNERS), "how many; results are their mean"),
        ("--seed", 1, whole(0), "seed of the first learner"),
    ):
        help += " (default: %(default)s)"
        parser.add_argument(option, type=allowed, default=default, metavar="N", help=help)
    parser.add_argument(
        "--retention",
        type=float,
        nargs="+",
        default=RETENTIONS,
        metavar="PROBABILITY",
        help="probability of recall at which a kanji is due"
        f" (default: {' '.join(map(str, RETENTIONS))})",
    )
    parser.add_argument(
        "--new",
        type=whole(1),
        nargs="+",
        default=NEW,
        metavar="N",
        help=f"new kanji a day (default: {' '.join(map(str, NEW))})",
    )
    parser.add_argument(
        "--reviews", type=whole(1), metavar="N", help="maximum of reviews a day (default: no limit)"
    )
    plot = new_file(".png", ".svg")
    parser.add_argument(
        "-o", "--output", type=plot, metavar="PLOT.png", help="also draw a plot, .png or .svg"
    )


def add_tune(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `tune`."""
    parser = commands.add_parser(
        "tune",
        help="fit a learner's own FSRS parameters to the log of their reviews",
        description="Fits the 21 parameters of FSRS-6 to the first four fifths of a log, which"
        " takes some seconds, and writes them with their version if they predict the last fifth"
        " better than the default ones. The cards that are scheduled with them state this version."
        " Prints the version and the number of attempts as JSON.",
    )
    parser.add_argument(
        "log", type=existing_file, metavar="LOG.jsonl", help="the log, one event per line"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=new_file(".json"),
        required=True,
        metavar="PARAMETERS.json",
        help="the file to write",
    )
    parser.add_argument(
        "--time-zone",
        default="UTC",
        metavar="NAME",
        help="the learner's time zone, such as Asia/Tokyo (default: %(default)s)",
    )
    parser.add_argument(
        "--day-start",
        type=_local_time,
        default="04:00",
        metavar="HH:MM",
        help="the local time at which the learner's day begins (default: %(default)s); intervals"
        " are counted in days",
    )
    parser.set_defaults(run=_tune)


def _local_time(text: str) -> time:
    try:
        from kanji.practice.settings import local_time

        return local_time(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: give a local time such as 04:00") from error


def _tune(args: argparse.Namespace) -> int:
    from kanji.errors import KanjiError
    from kanji.practice.days import Days
    from kanji.practice.log import read_log
    from kanji.practice.parameters import DEFAULT
    from kanji.practice.prediction import HELD_OUT, better_parameters
    from kanji.practice.replay import replay
    from kanji.practice.schedule import ScheduleRules

    days = Days(args.day_start, args.time_zone)
    rated = replay(read_log(args.log), ScheduleRules(days=days)).rated
    parameters = better_parameters(rated, days, DEFAULT)
    if parameters is None:
        raise KanjiError(
            f"parameters fitted to the earlier reviews of {args.log} predict its last"
            f" {HELD_OUT:.0%} no better than the default ones: keep those, nothing was written"
        )
    parameters.save(args.output)
    print(json.dumps({"version": parameters.version, "attempts": len(rated)}))
    return 0


def _simulate(args: argparse.Namespace) -> int:
    from data.references.store import load_references
    from kanji.matching.lookalikes import lookalikes
    from kanji.practice.decks import deck
    from kanji.practice.plot import plot
    from kanji.practice.simulation import Learner, Setting, outcome

    _check(args)
    references = load_references("ja")
    kanji = deck(args.deck, references)
    alike = lookalikes(kanji, references)
    learners = [Learner(unlocks=args.unlocks, seed=args.seed + n) for n in range(args.learners)]
    outcomes = []
    for new in args.new:
        for retention in args.retention:
            setting = Setting(retention, new, args.reviews)
            said = f"{new} new a day, retention {retention}"
            print(f"{said}: {args.days} days of {args.learners} learners ...", file=sys.stderr)
            result = outcome(learners, kanji, setting, days=args.days, lookalikes=alike)
            outcomes.append(result)
            print(json.dumps(result.to_dict()))
            print(f"{said}: done", file=sys.stderr)
    if args.output:
        plot(outcomes, args.output)
    return 0


def _check(args: argparse.Namespace) -> None:
    """Raises KanjiError for options that cannot be simulated or plotted."""
    from kanji.errors import KanjiError
    from kanji.practice.decks import check_deck_name
    from kanji.practice.plot import check_plot

    check_deck_name(args.deck)
    if not all(0.5 <= retention < 1 for retention in args.retention):
        raise KanjiError("--retention must be at least 0.5 and below 1; 0.9 is usual")
    if args.output:
        check_plot(args.output)
