"""What the queue and the statistics read of a learner's progress: a small part, by its columns."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, collate, func, or_, select
from sqlalchemy.orm import Session

from kanji.practice.schedule import CardState
from kanji.practice.standing import Standing
from kanji.practice.sums import KanjiSums
from service.db.base import table_of
from service.db.learners import Learner
from service.db.progress import CARD, SUMS, StoredProgress, sums_of

C = table_of(StoredProgress).c


def standing_of(
    session: Session, learner: Learner, now: datetime, *, most: int | None = None
) -> Standing:
    """The standing of a learner whose progress follows from their rules.

    The number of rows that are read is that of the cards that are due or were reviewed today.
    `most`: how many of those that are due and were not reviewed today, the first ones; None for
    all.
    """
    rules, days = learner.settings.queue(), learner.rules.days
    today = days.begin(days.of(now))
    skipped_since = now - timedelta(hours=rules.skip_hours)
    cards = select(C.skipped, *CARD).where(C.user_id == learner.user.id)
    of_today = cards.where(or_(C.last_review >= today, C.skipped > skipped_since))
    due = cards.where(C.due <= now, C.last_review < today).where(
        or_(C.skipped.is_(None), C.skipped <= skipped_since)
    )
    rows = [
        *session.execute(of_today),
        *session.execute(due.order_by(*_order(session)).limit(most)),
    ]
    unstable = case((C.stability < rules.apart_days, C.kanji))
    introduced, near, next_due = session.execute(
        select(
            func.aggregate_strings(C.kanji, ""),
            func.aggregate_strings(unstable, ""),
            func.min(case((C.due > now, C.due))),
        ).where(C.user_id == learner.user.id, C.due.is_not(None))
    ).one()
    return Standing(
        cards=[CardState(*card) for _, *card in rows if card[1] is not None],
        introduced=introduced or "",
        unstable=near or "",
        skipped={row.kanji: row.skipped for row in rows if row.skipped is not None},
        next_due=next_due,
    )


def _order(session: Session) -> tuple[ColumnElement[Any], ...]:
    """The order of `kanji.practice.queue`: learning steps first, then by time and code point."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return C.phase == "review", C.due, collate(C.kanji, "C") if is_postgresql else C.kanji


def read_as_of(session: Session, user_id: uuid.UUID) -> dict[str, dict[str, int]]:
    """What the kanji of a learner were read as, of each that was read as another."""
    mine = select(C.kanji, C.read_as).where(C.user_id == user_id, C.read_as.is_not(None))
    return {kanji: read_as for kanji, read_as in session.execute(mine)}


@dataclass(frozen=True)
class CardFacts:
    """What the statistics need of one card."""

    due: datetime
    stability: float
    lapses: int
    sums: KanjiSums


def card_facts(session: Session, user_id: uuid.UUID) -> Mapping[str, CardFacts]:
    """The facts of each kanji that a learner attempted."""
    mine = select(C.kanji, C.due, C.stability, C.lapses, *SUMS).where(
        C.user_id == user_id, C.due.is_not(None)
    )
    return {
        kanji: CardFacts(due, stability, lapses, sums_of(sums))
        for kanji, due, stability, lapses, *sums in session.execute(mine)
    }
