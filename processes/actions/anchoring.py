"""The anchor: the newest seal's hash, mailed to those who keep it outside the installation.

On the morning of a working day the cooperation office of a region hears of the newest seal when
something happened since in a case that the region takes part in: at most one short mail a day,
apart from the digest, so that it can be kept. Whoever rewrites the database later contradicts it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.addressing import write_to
from processes.actions.alarms import MORNING
from processes.actions.roles import SHEPHERD
from processes.engine.policies import wants_daily_seal
from processes.sentences import say
from processes.sentences.dates import moment
from processes.store import anchors, digests, outbox, questions, seals, trouble
from processes.store.kinds import SEAL
from processes.store.tables import Seal
from processes.store.ways import is_written_to

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: of the zone in which a day begins first, WIT
EASTERNMOST = timedelta(hours=9)
#: what happened longer ago was mailed, or never will be
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class _Due:
    """A region whose morning has come."""

    region: str
    day: date


def mail_anchors(office: Office, *, now: datetime) -> int:
    """Write to the regions whose morning has come; returns to how many.

    What is wrong with one region, or with all of them, holds up nothing else.
    """
    written = 0
    try:
        due, version = _due(office, now)
        if not due:
            return 0
        with office.database.read() as session:
            seal = seals.newest(session)
            touched = anchors.touched_regions(session, since=now - LOOK_BACK)
            told = anchors.last_told(session)
    except Exception as error:  # noqa: BLE001 - reminders and escalations, swept with it, must go on
        trouble.log_fault(log, "segel riwayat", error)
        return 0
    quiet = []
    for each in due:
        last = touched.get(each.region)
        if seal is None or last is None or last <= told.get(each.region, last - LOOK_BACK):
            quiet.append((SEAL, each.region, each.day))
            continue
        try:
            with office.database.write() as session:
                if digests.take(session, SEAL, each.region, each.day, now):
                    _write(session, office, each, seal, version, now)
                    written += 1
        except Exception:
            # whatever is wrong in one region must not keep the others from hearing
            log.exception("segel riwayat %s", each.region)
    if quiet:
        with office.database.write() as session:
            digests.take_all(session, quiet, now)
    return written


def _due(office: Office, now: datetime) -> tuple[list[_Due], str]:
    """The regions that were not looked at this morning, and the version whose words are used."""
    with office.database.read() as session:
        version = _wanted_by(session, office, now)
        if version is None:
            return [], ""
        manned = digests.manned_regions(session)
        last = (now + EASTERNMOST).date()
        done = digests.last_taken(session, last - timedelta(days=7), last)
    calendar = office.calendar
    found = []
    for region in manned:
        local = now.astimezone(calendar.zone(region))
        day = local.date()
        is_morning = local.time() >= MORNING and calendar.is_working_day(day, region)
        if is_morning and done.get((SEAL, region), date.min) < day:
            found.append(_Due(region=region, day=day))
    return found, version


def _wanted_by(session: Session, office: Office, now: datetime) -> str | None:
    """The version in force (id) of a procedure whose owner wants the mail; None when nobody
    does."""
    for version in questions.procedures_in_force(session, office.calendar.today(now)):
        try:
            wish = office.procedure(session, version.id).defaults.get("segel_riwayat", "mati")
            if wants_daily_seal(wish):
                return version.id
        except Exception:
            # one procedure that cannot be read must not silence the others
            log.exception("segel riwayat %s", version.id)
    return None


def _write(
    session: Session, office: Office, due: _Due, seal: Seal, version: str, now: datetime
) -> None:
    zone = office.calendar.zone(due.region)
    note = say("worker.seal", number=seal.number, at=moment(seal.at, zone), hash=seal.hash)
    for holder in questions.holders_of(session, due.region, SHEPHERD):
        key = f"seal:{seal.number}:{holder[1].id}"
        if is_written_to(holder[1]) and not outbox.is_known(session, key):
            write_to(
                session,
                office,
                holder,
                now,
                key=key,
                kind=SEAL,
                values={"versi": version, "catatan": note},
            )
