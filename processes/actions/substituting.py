"""Somebody stands in for an official who is away (Plh. or Plt.): by a letter, until a day.

His open and new tasks, reminders and links are the substitute's while it lasts, under both names;
when it ends they are his again by themselves. Whoever is away from one of his own offices is away
for what he stands in for as well: that goes on to whoever stands in for him.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.following import follow
from processes.actions.standing_in import StandIn, checked
from processes.actions.wording import readable
from processes.errors import (
    Conflict,
    KsddError,
    NotAllowed,
    NotFound,
)
from processes.store import substitutions
from processes.store.acting import settle
from processes.store.handover import lock_concerned, misplaced, put_right
from processes.store.locks import lock_regions
from processes.store.tables import Official, Substitution, new_id

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: how long after its end a substitution is still looked at, for a task that opened meanwhile
ECHO = timedelta(minutes=10)


def substitute_official(
    office: Office, official_id: str, wish: StandIn, *, actor: Actor, now: datetime
) -> str:
    """Let somebody stand in for an official; it begins at once when its first day has come.

    Returns the id of the substitution. Raises NotFound, NotAllowed, Conflict, or InvalidAnswers
    with a sentence per field.
    """
    with office.database.write() as session:
        absent = session.get(Official, official_id)
        if absent is None:
            raise NotFound
        if not actor.may_act_for(absent.region_code):
            raise NotAllowed
        lock_regions(session, [absent.region_code])
        session.refresh(absent)
        ended = _end_due(session, office, absent, now)
        today = office.calendar.today(now, absent.region_code)
        person = checked(session, absent, wish, today)
        row = Substitution(
            id=new_id(),
            official_id=absent.id,
            person_id=person.id,
            status=wish.status,
            starts_on=wish.starts_on,
            ends_on=wish.ends_on,
            letter_number=readable(
                wish.letter_number,
                field="letter_number",
                missing="errors.letter_number_missing",
                limit=120,
            ),
            note=wish.note,
            created_by=actor.name[:300],
            created_at=now,
        )
        session.add(row)
        if wish.starts_on <= today:
            row.began_at = now
        if ended or row.began_at is not None:
            _arrange(session, office, absent.region_code, ended, actor, now)
        return row.id


def end_substitution(
    office: Office, row_id: str, *, actor: Actor, now: datetime, reason: str = ""
) -> None:
    """End a substitution by hand, or call off one that has not begun; `reason` may be empty.

    Raises NotFound, NotAllowed, InvalidAnswers (`reason`), or Conflict when it is over already.
    """
    if reason:
        reason = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        row = session.get(Substitution, row_id)
        if row is None:
            raise NotFound
        absent = session.get_one(Official, row.official_id)
        if not actor.may_act_for(absent.region_code):
            raise NotAllowed
        lock_regions(session, [absent.region_code])
        session.refresh(row)
        if row.ended_at is not None:
            raise Conflict("errors.substitution_over")
        row.ended_at, row.ended_by, row.end_reason = now, actor.name[:300], reason
        _arrange(session, office, absent.region_code, [row], actor, now, reason)


def change_substitutes(office: Office, *, now: datetime) -> int:
    """Begin and end the substitutions whose day has come; how many.

    One that cannot be begun or ended stays as it was and is tried again by later calls; after three
    tries it waits for an administrator. It never holds up the others, nor what comes after.
    """
    with office.database.read() as session:
        waiting = [
            (row.id, row.began_at is None, _turn(office, row, absent))
            for row, absent in substitutions.to_try(session, now)
        ]
    due = [
        row_id
        for row_id, waits, (begins, ends) in waiting
        if (waits and begins <= now) or (ends is not None and ends <= now)
    ]
    changed = 0
    for row_id in due:
        try:
            changed += _change(office, row_id, now)
        except Exception as fault:
            # whatever one of them does must not keep the others waiting; it is counted against it
            log.exception("substitution %s", row_id)
            told = (
                fault.say() if isinstance(fault, KsddError) else f"{type(fault).__name__}: {fault}"
            )
            with office.database.write() as session:
                substitutions.note_failure(session, row_id, told, now)
    _mend(office, now)
    return changed


def _change(office: Office, row_id: str, now: datetime) -> int:
    with office.database.write() as session:
        row = session.get_one(Substitution, row_id)
        absent = session.get_one(Official, row.official_id)
        lock_regions(session, [absent.region_code])
        session.refresh(row)
        if row.ended_at is not None:
            return 0
        _begins, ends = _turn(office, row, absent)
        ended = []
        if ends is not None and ends <= now:
            row.ended_at = now
            ended.append(row)
        else:
            row.began_at = row.began_at or now
        row.attempts, row.retry_at, row.last_error = 0, None, None
        _arrange(session, office, absent.region_code, ended, Actor.clock(), now)
        return 1


def _mend(office: Office, now: datetime) -> None:
    """A task that opened in the moment in which its official went or came back is with the wrong
    one of the two; give it to the other."""
    with office.database.read() as session:
        regions = substitutions.regions_lately(session, now - ECHO)
        wrong = [region for region in regions if misplaced(session, region)]
    for region in wrong:
        try:
            with office.database.write() as session:
                lock_regions(session, [region])
                _arrange(session, office, region, [], Actor.clock(), now)
        except Exception:
            # the tasks of one region must not keep the others waiting, nor the reminders
            log.exception("tasks of substituted officials in %s", region)


def _arrange(
    session: Session,
    office: Office,
    region: str,
    ended: Sequence[Substitution],
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Let the right people act in a locked region, and the open tasks and links go to them."""
    settled = settle(session, region, now, ended=ended)
    lock_concerned(session, [region], changes=settled.changes)
    moved = put_right(session, region, now)
    follow(session, office, settled.changes, moved, actor=actor, now=now, reason=reason)


def _end_due(
    session: Session, office: Office, absent: Official, now: datetime
) -> list[Substitution]:
    """End what the clock would end for this official, had it come by already."""
    over = []
    for row in substitutions.open_of(session, absent.id):
        _begins, ends = _turn(office, row, absent)
        if ends is not None and ends <= now:
            row.ended_at = now
            over.append(row)
    return over


def _turn(office: Office, row: Substitution, absent: Official) -> tuple[datetime, datetime | None]:
    """The moments at which it begins and ends: midnight in the region's zone."""
    zone = office.calendar.zone(absent.region_code)
    begins = datetime.combine(row.starts_on, datetime.min.time(), zone)
    if row.ends_on is None:
        return begins, None
    after = date.fromordinal(row.ends_on.toordinal() + 1)
    return begins, datetime.combine(after, datetime.min.time(), zone)
