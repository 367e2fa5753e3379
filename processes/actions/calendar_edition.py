"""Noticing that the package `holidays` came in another version, with other days perhaps."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from processes.actions.actor import Actor
from processes.engine.national_days import package_version
from processes.store import calendar_days
from processes.store.database import Database
from processes.store.tables import CalendarChangeKind, Case


def note_package(database: Database, *, now: datetime) -> bool:
    """Count a new version of the package as a change of the calendar; True when it was one.

    An installation without cases only keeps the version. Sweeps count every open deadline anew
    afterwards.
    """
    installed = package_version()
    with database.write() as session:
        edition = calendar_days.hold(session)
        before, edition.edition = edition.edition, installed
        is_new = before == "" and session.scalar(select(Case.id).limit(1)) is None
        if before == installed or is_new:
            return False
        calendar_days.note_change(
            session,
            CalendarChangeKind.PACKAGE,
            actor=Actor.clock().as_entry(),
            details={"package": "holidays", "before": before, "version": installed},
            now=now,
        )
        return True
