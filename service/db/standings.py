"""What the queue and the statistics read of a learner's progress: a small part, by its columns."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, collate, func, or_, select
from sqlalchemy.orm import Session

from kanji.practice.schedule import CardState
from kanji.practice.standing import Standing
from kanji.practice.sums import KanjiSums
from service.db.base import table_of
from service.db.learners import Learner
from service.db.progress import CARD, SUMS, StoredProgress, columns, sums_of

PROGRESS = table_of(StoredProgress)
C = PROGRESS.c
ALL = 2_147_483_647  # as a limit of rows
# The statements are made once, since that takes longer than running them.
MINE = C.user_id == bindparam("user_id")
CARDS = select(C.skipped, *columns(PROGRESS, CARD)).where(MINE)
OF_TODAY = CARDS.where(or_(C.last_review >= bindparam("today"), C.skipped > bindparam("since")))
DUE = (
    CARDS.where(C.due <= bindparam("now"), C.last_review < bindparam("today"))
    .where(or_(C.skipped.is_(None), C.skipped <= bindparam("since")))
    .limit(bindparam("most"))
)
# The order of `kanji.practice.queue`: learning steps first, then by time and code point.
DUE_IN_ORDER = {
    "sqlite": DUE.order_by(C.phase == "review", C.due, C.kanji),
    "postgresql": DUE.order_by(C.phase == "review", C.due, collate(C.kanji, "C")),
}
SUMMARY = select(
    func.aggregate_strings(C.kanji, ""),
    func.aggregate_strings(case((C.stability < bindparam("apart_days"), C.kanji)), ""),
    func.min(case((C.due > bindparam("now"), C.due))),
).where(MINE, C.due.is_not(None))
READ_AS = select(C.kanji, C.read_as).where(MINE, C.read_as.is_not(None))
SUMMED = (C.kanji, C.due, C.stability, C.lapses, *columns(PROGRESS, SUMS))
FACTS = select(*SUMMED).where(MINE, C.due.is_not(None))


def standing_of(
    session: Session, learner: Learner, now: datetime, *, most: int | None = None
) -> Standing:
    """The standing of a learner whose progress follows from their rules.

    The number of rows that are read is that of the cards that are due or were reviewed today.
    `most`: how many of those that are due and were not reviewed today, the first ones; None for
    all.
    """
    rules, days = learner.settings.queue(), learner.rules.days
    values = {
        "user_id": learner.user.id,
        "now": now,
        "today": days.begin(days.of(now)),
        "since": now - timedelta(hours=rules.skip_hours),
        "apart_days": rules.apart_days,
        "most": ALL if most is None else most,
    }
    due = DUE_IN_ORDER[session.get_bind().dialect.name]
    rows = [row for query in (OF_TODAY, due) for row in session.execute(query, values).all()]
    introduced, unstable, next_due = session.execute(SUMMARY, values).one()
    return Standing(
        cards=[CardState(*card) for _, *card in rows if card[1] is not None],
        introduced=introduced or "",
        unstable=unstable or "",
        skipped={row.kanji: row.skipped for row in rows if row.skipped is not None},
        next_due=next_due,
    )


def read_as_of(session: Session, user_id: uuid.UUID) -> dict[str, dict[str, int]]:
    """What the kanji of a learner were read as, of each that was read as another."""
    rows = session.execute(READ_AS, {"user_id": user_id}).all()
    return {kanji: read_as for kanji, read_as in rows}


@dataclass(frozen=True)
class CardFacts:
    """What the statistics need of one card."""

    due: datetime
    stability: float
    lapses: int
    sums: KanjiSums


def card_facts(session: Session, user_id: uuid.UUID) -> Mapping[str, CardFacts]:
    """The facts of each kanji that a learner attempted."""
    return {
        kanji: CardFacts(due, stability, lapses, sums_of(sums))
        for kanji, due, stability, lapses, *sums in session.execute(
            FACTS, {"user_id": user_id}
        ).all()
    }
