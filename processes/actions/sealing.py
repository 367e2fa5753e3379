"""Each day all chains are sealed together, and looked through once; no case waits for either.

Both read without any lock, each in steps of its own, and write a few rows of their own afterwards.
A day begins at midnight in Jakarta.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from processes.store import chains, seals
from processes.store.tables import Inspection, Seal

if TYPE_CHECKING:
    from processes.office import Office

WIB = ZoneInfo("Asia/Jakarta")


def seal_histories(office: Office, *, now: datetime) -> Seal | None:
    """Seal what has happened since the last seal; the newest seal, None while there is no case."""
    with office.database.read() as session:
        last = seals.newest(session)
        heads = seals.unsealed(session)
    if not heads:
        return last
    return _seal(office, heads, last, now)


def seal_of_the_day(office: Office, *, now: datetime) -> int:
    """Make the seal of this day unless it was made; whether it was made now.

    A day on which nothing happened has one too: it says so.
    """
    with office.database.read() as session:
        last = seals.newest(session)
        if last is not None and _day(last.at) == _day(now):
            return 0
        heads = seals.unsealed(session)
    if last is None and not heads:
        return 0
    return int(_seal(office, heads, last, now) is not None)


def _seal(office: Office, heads: list[seals.Head], last: Seal | None, now: datetime) -> Seal | None:
    with office.database.write() as session:
        return seals.add(session, heads, after=last, now=now)


def inspect_some(office: Office, *, now: datetime) -> int:
    """Go one step on with the look through all chains of this day; how many steps were done.

    It ends with the first break that is found, which the board then tells.
    """
    with office.database.read() as session:
        open_one = seals.last_inspection(session)
        if open_one is None or open_one.finished_at is not None:
            if open_one is not None and _day(open_one.started_at) == _day(now):
                return 0
            if seals.newest(session) is None:
                return 0
            number = 1 if open_one is None else open_one.number + 1
            open_one = Inspection(number=number, started_at=now, reached="", cases=0, entries=0)
        step = chains.look_at_some(session, after=open_one.reached)
        found = Inspection(
            number=open_one.number,
            started_at=open_one.started_at,
            reached=step.reached,
            cases=open_one.cases + step.cases,
            entries=open_one.entries + step.entries,
        )
        if step.broken is not None:
            _note_break(found, step.broken, now)
        elif not step.cases:
            _finish(session, found, now)
    with office.database.write() as session:
        session.merge(found)
    return 1


def _note_break(found: Inspection, broken: chains.Break, now: datetime) -> None:
    found.case_id, found.case_number = broken.case_id, broken.case_number
    found.place, found.reason, found.finished_at = broken.seq, broken.reason, now


def _finish(session: Session, found: Inspection, now: datetime) -> None:
    """What remains when all chains were looked at: cases that are gone, and the seals."""
    found.finished_at = now
    lost = chains.without_case(session)
    if lost is not None:
        _note_break(found, lost, now)
        return
    broken = seals.verify(session)
    if broken is not None:
        found.place, found.reason = broken.number, broken.reason


def say_break(found: Inspection, language: str = "id") -> str | None:
    """What an inspection found broken, as a sentence; None when all was whole."""
    if found.reason is None or found.place is None:
        return None
    if found.case_id is None:
        return seals.SealBreak(number=found.place, reason=found.reason).say(language)
    broken = chains.Break(
        case_id=found.case_id,
        case_number=found.case_number or found.case_id,
        seq=found.place,
        reason=found.reason,
    )
    return broken.say(language)


def _day(moment: datetime) -> date:
    return moment.astimezone(WIB).date()
