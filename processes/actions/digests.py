"""Digests: each morning what an official still has to do, each week what is late in a head's house.

One region and day, one transaction: that its digests were written is noted together with them, so
that no crash and no second sweep writes them again. Regions where nothing is open are noted all at
once. Of the days on which everything stood still no daily digest is made up for; of the weekly
ones the last comes late.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.addressing import write_to
from processes.actions.alarms import MORNING
from processes.actions.roles import HEAD, SHEPHERD
from processes.engine.calendar import WorkingCalendar
from processes.engine.policies import digest_weekday, most_open_tasks
from processes.store import digests, links, outbox, overtaken, questions, trouble
from processes.store.kinds import DAILY, WEEKLY, late_in, waiting_for_a_hand
from processes.store.questions.people import Holder
from processes.store.ways import is_written_to

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: tasks that one digest names; the others are counted
MOST_TASKS = 50
#: weeks in a row in which no day may be a working day, and then some
WEEKS = 4
#: of the zone in which a day begins first, WIT
EASTERNMOST = timedelta(hours=9)


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """What the owner of a procedure wants to be summed up."""

    #: open tasks with which an official still gets no digest; 0 = nobody gets one
    open_tasks: int
    #: weekday of the weekly digest, 0 = Monday; None = there is none
    weekday: int | None
    #: the version (id) whose words are used
    version: str


@dataclass(frozen=True, kw_only=True)
class _Due:
    """The digests of one kind, region and day."""

    kind: str
    region: str
    day: date
    wish: _Wish


def write_digests(office: Office, *, now: datetime, limit: int | None = None) -> int:
    """Write the digests whose morning has come, of up to `limit` busy regions (None: of all);
    returns of how many.

    A region whose digests cannot be written is tried again by later calls and holds up no other;
    what is wrong with all of them holds up nothing but the digests.
    """
    done = 0
    for due in _waiting(office, now):
        try:
            with office.database.write() as session:
                if digests.take(session, due.kind, due.region, due.day, now):
                    _write(session, office, due, now)
                    done += 1
        except Exception:
            # whatever is wrong in one region must not keep the others from hearing
            log.exception("ringkasan %s %s", due.kind, due.region)
        if done == limit:
            break
    return done


def _waiting(office: Office, now: datetime) -> list[_Due]:
    """What is to be written now; nothing while that cannot be found out."""
    try:
        return _busy(office, _due(office, now), now)
    except Exception as error:  # noqa: BLE001 - reminders and escalations, swept with it, must go on
        trouble.log_fault(log, "ringkasan", error)
        return []


def _due(office: Office, now: datetime) -> list[_Due]:
    """What is to be written now and was not yet."""
    with office.database.read() as session:
        office.kept_calendar.read(session)
        wishes = _wishes(session, office, now)
        if not wishes:
            return []
        manned = digests.manned_regions(session)
        last = (now + EASTERNMOST).date()
        written = digests.last_taken(session, last - timedelta(weeks=WEEKS + 1), last)
    found = [each for region in manned for each in _of_region(office, region, wishes, now)]
    # of a weekly one a later day counts too, on which it was due by an earlier wish
    return [e for e in found if written.get((e.kind, e.region), date.min) < e.day]


def _busy(office: Office, due: list[_Due], now: datetime) -> list[_Due]:
    """What may have something to say; that the others were looked at is noted."""
    if not due:
        return []
    with office.database.write() as session:
        busy = digests.busy_regions(session)
        quiet = ((each.kind, each.region, each.day) for each in due if each.region not in busy)
        digests.take_all(session, quiet, now)
    return [each for each in due if each.region in busy]


def _wishes(session: Session, office: Office, now: datetime) -> dict[str, _Wish]:
    """The wish that counts for each kind: the strictest of the versions in force."""
    found: dict[str, _Wish] = {}
    for version in questions.procedures_in_force(session, office.calendar.today(now)):
        try:
            defaults = office.procedure(session, version.id).defaults
        except Exception:
            # one procedure that cannot be read must not silence the digests of the others
            log.exception("ringkasan %s", version.id)
            continue
        wish = _Wish(
            open_tasks=most_open_tasks(defaults.get("ringkasan_harian", "0")),
            weekday=digest_weekday(defaults.get("ringkasan_mingguan", "mati")),
            version=version.id,
        )
        if wish.open_tasks and (DAILY not in found or wish.open_tasks < found[DAILY].open_tasks):
            found[DAILY] = wish
        if wish.weekday is not None:
            found.setdefault(WEEKLY, wish)
    return found


def _of_region(
    office: Office, region: str, wishes: dict[str, _Wish], now: datetime
) -> Iterator[_Due]:
    """What a region's officials get this morning, if it is a morning of a working day."""
    calendar = office.calendar
    local = now.astimezone(calendar.zone(region))
    today = local.date()
    if local.time() < MORNING or not calendar.is_working_day(today, region):
        return
    if DAILY in wishes:
        yield _Due(kind=DAILY, region=region, day=today, wish=wishes[DAILY])
    weekly = wishes.get(WEEKLY)
    if weekly is not None and weekly.weekday is not None:
        day = _week_day(calendar, today, weekly.weekday, region)
        yield _Due(kind=WEEKLY, region=region, day=day, wish=weekly)


def _week_day(calendar: WorkingCalendar, today: date, weekday: int, region: str) -> date:
    """The last day until today on which a weekly digest was due: the weekday the owner drew, or
    the first working day after it; that may lie in the week before, as after a holiday on Friday.
    """
    wanted = today - timedelta(days=(today.weekday() - weekday) % 7)
    for week in range(WEEKS):
        eve = wanted - timedelta(weeks=week, days=1)
        due = calendar.add_working_days(eve, 1, region)
        if due <= today:
            break
    return due


def _write(session: Session, office: Office, due: _Due, now: datetime) -> None:
    if due.kind == WEEKLY:
        _write_weekly(session, office, due, now)
    else:
        _write_daily(session, office, due, now)


def _write_weekly(session: Session, office: Office, due: _Due, now: datetime) -> None:
    """Tell the heads of a region what is late in their own house, if anything is."""
    if session.scalar(late_in(due.region, now).limit(1)) is None:
        return
    for holder in questions.holders_of(session, due.region, HEAD):
        values = {"versi": due.wish.version, "daerah": due.region}
        _put(session, office, due, holder, values, now)


def _write_daily(session: Session, office: Office, due: _Due, now: datetime) -> None:
    """Tell everybody with many open tasks of them; and the cooperation office whom only a
    telephone reaches, but nobody whom only a telephone reaches himself: the board tells him."""
    by_hand = bool(waiting_for_a_hand(session, due.region))
    shepherds = questions.holders_of(session, due.region, SHEPHERD) if by_hand else []
    told = {person.id: (o, person) for o, person in shepherds if is_written_to(person)}
    busy = digests.busy_people(session, due.region, more_than=due.wish.open_tasks)
    for holder in [*told.values(), *(each for each in busy if each[1].id not in told)]:
        if not outbox.is_known(session, _key(due, holder)):
            _put_daily(session, office, due, holder, now, by_hand=holder[1].id in told)


def _put_daily(
    session: Session, office: Office, due: _Due, holder: Holder, now: datetime, *, by_hand: bool
) -> None:
    tasks = digests.open_tasks_of(session, holder[1].id)
    fresh = [
        links.create(session, office.secret, task.id, official_id, now)[0].id
        for task, official_id in tasks[:MOST_TASKS]
    ]
    values = {
        "versi": due.wish.version,
        "tautan": fresh,
        "lain": max(0, len(tasks) - MOST_TASKS),
        **({"daerah": due.region} if by_hand else {}),
    }
    _put(session, office, due, holder, values, now)


def _put(
    session: Session,
    office: Office,
    due: _Due,
    holder: Holder,
    values: Mapping[str, object],
    now: datetime,
) -> None:
    """Put a digest in the outbox; an older one that is still there has lost its point."""
    put = write_to(
        session,
        office,
        holder,
        now,
        key=_key(due, holder),
        kind=due.kind,
        values=values,
        collapsible=True,
    )
    if put is not None:
        overtaken.drop_older_digests(session, put)
        links.let_carry(session, put)


def _key(due: _Due, holder: Holder) -> str:
    """One person, one kind, one day: one digest, however many offices he holds."""
    where = f"{due.region}:" if due.kind == WEEKLY else ""
    return f"digest:{due.kind}:{where}{holder[1].id}:{due.day.isoformat()}"
