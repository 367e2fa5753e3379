"""What is kept about a region itself: how it numbers its letters."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.engine.letter_numbers import PLACES, unknown_place
from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.store import people_log, regions
from processes.store.people_log import About
from processes.store.tables import PeopleAct, Region

if TYPE_CHECKING:
    from processes.office import Office


def set_number_pattern(
    office: Office, code: str, typed: str, *, reason: str, actor: Actor, now: datetime
) -> Region:
    """Keep how a region numbers its letters, as a hint beside the question for a number.

    Raises NotFound, or InvalidAnswers (`pattern`, `reason`).
    """
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    pattern = readable(typed, field="pattern", missing="errors.pattern_missing", limit=120)
    place = unknown_place(pattern)
    if place is not None:
        wrong = FieldError("commands.pattern_place", place=place, places=", ".join(PLACES))
        raise InvalidAnswers({"pattern": wrong})
    if not actor.may_act_for(code):
        raise NotFound
    with office.database.write() as session:
        before = regions.find_region(session, code).number_pattern
        region = regions.set_number_pattern(session, code, pattern)
        people_log.note(
            session,
            PeopleAct.PATTERN,
            About(region=code),
            actor=actor.as_entry(),
            now=now,
            reason=why,
            details={"before": before, "after": pattern},
        )
        return region
