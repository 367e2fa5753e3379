"""Changing the calendar: entering days of a decree, taking one back, each with a look before.

A change is one transaction; then the open deadlines follow it, a part of them at once and the
others by the next sweep. A day that has passed is not changed any more: what was counted with it
stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.calendar_file import DaysRefused, read_days
from processes.actions.calendar_moves import Moves, moves_by
from processes.actions.calendar_wishes import DayWish, check_wish, twice
from processes.actions.recounting import recount_cases
from processes.actions.wording import readable
from processes.errors import Conflict, InvalidAnswers, KsddError, NotAllowed, NotFound
from processes.store import calendar_days
from processes.store.tables import CalendarChangeKind, CalendarDay, DayKind

if TYPE_CHECKING:
    from processes.office import Office

#: the wishes that can be entered, or a refusal
Checked = Callable[[Session], list[DayWish]]
#: cases that follow a change before its answer is given
AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class CalendarResult:
    """What a change of the calendar does, or would do."""

    days: Sequence[CalendarDay]
    moves: Moves
    #: cases that the next sweep counts
    waiting: int = 0


def add_day(
    office: Office, wish: DayWish, *, actor: Actor, now: datetime, preview: bool = False
) -> CalendarResult:
    """Enter one day; with `preview` only say what would move.

    Raises InvalidAnswers, or NotAllowed for a region that is not the actor's.
    """
    _authorise(actor, wish.region)

    def checked(session: Session) -> list[DayWish]:
        clean = check_wish(session, office, wish, now)
        again = twice(clean, calendar_days.standing(session))
        if again is not None:
            raise InvalidAnswers({"day": again})
        return [clean]

    return _add(office, checked, actor, now, preview)


def import_days(
    office: Office, csv_text: str, *, actor: Actor, now: datetime, preview: bool = False
) -> CalendarResult:
    """Enter the days of a decree from a CSV, all rows or none; DaysRefused names the rows."""

    def checked(session: Session) -> list[DayWish]:
        standing = calendar_days.standing(session)
        wishes: list[DayWish] = []
        errors: list[tuple[int, KsddError]] = []
        for number, wish in read_days(csv_text):
            try:
                _authorise(actor, wish.region)
                clean = check_wish(session, office, wish, now)
            except InvalidAnswers as wrong:
                errors += [(number, error) for error in wrong.fields.values()]
                continue
            except NotAllowed as wrong:
                errors.append((number, wrong))
                continue
            again = twice(clean, standing)
            if again is not None:
                errors.append((number, again))
                continue
            standing.append(clean.as_row(by=actor.name, now=now))
            wishes.append(clean)
        if errors:
            raise DaysRefused(errors)
        return wishes

    return _add(office, checked, actor, now, preview)


def remove_day(
    office: Office,
    day_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    preview: bool = False,
) -> CalendarResult:
    """Take back a day that was entered, with a reason; its row stays on record.

    Raises NotFound, NotAllowed, InvalidAnswers, or Conflict when it was taken back before or has
    passed.
    """
    with office.database.read() as session:
        office.kept_calendar.read(session)
        row = _removable(session, office, day_id, actor, now)
        rest = [each for each in calendar_days.standing(session) if each.id != day_id]
        moves = moves_by(session, office, rest, now=now)
    if preview:
        return CalendarResult(days=[row], moves=moves)
    note = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        calendar_days.hold(session)
        row = _removable(session, office, day_id, actor, now)
        row.removed_by, row.removed_at, row.removed_note = actor.name[:300], now, note
        session.flush()
        _note(session, CalendarChangeKind.REMOVED, [row], actor, now, reason=note)
    return _followed(office, [row], moves, now)


def _add(
    office: Office, checked: Checked, actor: Actor, now: datetime, preview: bool
) -> CalendarResult:
    """Look at the wishes, say what they move, and enter them unless it is a preview."""
    with office.database.read() as session:
        office.kept_calendar.read(session)
        rows = [wish.as_row(by=actor.name, now=now) for wish in checked(session)]
        moves = moves_by(session, office, [*calendar_days.standing(session), *rows], now=now)
    if preview:
        return CalendarResult(days=rows, moves=moves)
    with office.database.write() as session:
        calendar_days.hold(session)
        office.kept_calendar.read(session)
        rows = [wish.as_row(by=actor.name, now=now) for wish in checked(session)]
        session.add_all(rows)
        session.flush()
        _note(session, CalendarChangeKind.ADDED, rows, actor, now)
    return _followed(office, rows, moves, now)


def _followed(
    office: Office, rows: Sequence[CalendarDay], moves: Moves, now: datetime
) -> CalendarResult:
    """Let the first cases follow at once."""
    recount_cases(office, now=now, limit=AT_ONCE)
    with office.database.read() as session:
        left = calendar_days.behind(session, office.kept_calendar.number, None)
    return CalendarResult(days=rows, moves=moves, waiting=len(left))


def _note(
    session: Session,
    kind: CalendarChangeKind,
    rows: Sequence[CalendarDay],
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    days = [
        {
            "day": row.day.isoformat(),
            "kind": row.kind.value,
            "region": row.region_code or None,
            "name": row.name,
            "decree": row.decree,
        }
        for row in rows
    ]
    told = {"days": days, "why": reason} if reason else {"days": days}
    calendar_days.note_change(session, kind, actor=actor.as_entry(), details=told, now=now)


def _removable(
    session: Session, office: Office, day_id: str, actor: Actor, now: datetime
) -> CalendarDay:
    row = session.get(CalendarDay, day_id)
    if row is None:
        raise NotFound
    _authorise(actor, row.region_code)
    if row.removed_at is not None:
        raise Conflict("calendar.removed_already", by=row.removed_by)
    rest = [each for each in calendar_days.standing(session) if each.id != day_id]
    region, calendar = row.region_code or None, office.kept_calendar.with_days(rest)
    stays = calendar.is_working_day(row.day, region) is (row.kind is DayKind.WORKDAY)
    if row.day < calendar.today(now, region) and not stays:
        raise Conflict("calendar.past", day=row.day.isoformat())
    return row


def _authorise(actor: Actor, region: str) -> None:
    """A day of the whole country is for those who act for all of it."""
    if actor.regions is not None and region not in actor.regions:
        raise NotAllowed("calendar.own_region", regions=", ".join(sorted(actor.regions)))
