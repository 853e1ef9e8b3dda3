"""A user as a learner: the settings that they chose, and the rules that follow from these."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from kanji.practice.schedule import ScheduleRules
from kanji.practice.settings import Settings
from service.db.users import User, locked_user
from service.errors import TokenMissing


@dataclass(frozen=True)
class Learner:
    """A user with their settings."""

    user: User
    settings: Settings

    @classmethod
    def of(cls, user: User) -> Learner:
        """The learner that a user is."""
        return cls(user, Settings.from_dict(user.settings))

    @classmethod
    def read(cls, session: Session, user_id: uuid.UUID) -> Learner:
        """The learner of an id. Raises TokenMissing where the user was deleted meanwhile."""
        user = session.get(User, user_id)
        if user is None:
            raise TokenMissing("there is no such token, or it was revoked")
        return cls.of(user)

    @classmethod
    def locked(cls, session: Session, user_id: uuid.UUID) -> Learner:
        """As `read`; the learner's other transactions wait until this one ends."""
        return cls.of(locked_user(session, user_id))

    @property
    def is_replayed(self) -> bool:
        """Whether the stored progress and days follow from the log by these rules."""
        return self.user.last_number == 0 or self.user.replayed_rules == self.rules.version

    @cached_property
    def rules(self) -> ScheduleRules:
        """How this learner's kanji are scheduled."""
        return self.settings.schedule(str(self.user.seed or self.user.id))
