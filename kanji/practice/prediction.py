"""How well parameters of FSRS-6 predict reviews, and whether fitted ones do it better.

Parameters are fitted to the earlier reviews of a log and compared on the later ones, which they
have not seen, by the log loss of recall: the measure of FSRS's own benchmark
(https://github.com/open-spaced-repetition/srs-benchmark). Of a fit that is no better nothing is
taken: it would schedule a learner by the noise of their log.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kanji.practice.days import Days
from kanji.practice.parameters import MAX_ATTEMPTS, Parameters, fit, some_kanji

if TYPE_CHECKING:
    from kanji.practice.rating import Rated
    from kanji.practice.schedule import CardState

HELD_OUT = 0.2  # fraction of the attempts, the last ones, that parameters are compared on
LEAST_PROBABILITY = 1e-4  # of what happened, so that one review does not decide alone


def better_parameters(rated: Sequence[Rated], days: Days, present: Parameters) -> Parameters | None:
    """Parameters that predict a learner's later reviews better than `present`, or None.

    `rated` and `days` as `kanji.practice.parameters.fit` takes them; it raises KanjiError where the
    earlier reviews are too few.
    """
    rated = some_kanji(rated, MAX_ATTEMPTS)
    known = len(rated) - round(HELD_OUT * len(rated))
    found = fit(rated[:known], days)
    losses = [log_loss(rated, days, one, first=known) for one in (found, present)]
    return found if losses[0] < losses[1] else None


def log_loss(
    rated: Sequence[Rated], days: Days, parameters: Parameters, *, first: int = 0
) -> float:
    """The mean log loss of predicted recall, in nats; of attempts on a later day than the last.

    `rated`: in order of time. `first`: the attempt from which on they count; those before are known
    to the schedule. inf where none counts.
    """
    from kanji.practice.schedule import ScheduleRules, retrievability, reviewed

    rules = ScheduleRules(parameters=parameters, days=days)
    cards: dict[str, CardState] = {}
    losses = []
    for number, one in enumerate(rated):
        attempt, before = one.attempt, cards.get(one.attempt.kanji)
        if before and number >= first and days.of(attempt.at) > days.of(before.last_review):
            recall = retrievability(before, attempt.at, rules)
            happened = 1 - recall if one.rating.rating == "again" else recall
            losses.append(-math.log(max(happened, LEAST_PROBABILITY)))
        rating = one.rating.rating
        card = reviewed(before, attempt.kanji, rating, attempt.at, None, rules)
        cards[attempt.kanji] = card
    return sum(losses) / len(losses) if losses else math.inf
