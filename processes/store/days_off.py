"""Days off that no package knows: regional ones and those of a new decree."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.database import insert_missing
from processes.store.tables import Holiday, new_id


def days_off(session: Session) -> frozenset[tuple[date, str]]:
    """Every entered day off with its region code; an empty code means the whole country."""
    rows = session.execute(select(Holiday.day, Holiday.region_code))
    return frozenset((day, code) for day, code in rows)


def add_day_off(
    session: Session, day: date, *, name: str, region_code: str = "", decree: str = ""
) -> bool:
    """Enter a day off; False when it was entered before."""
    row = {
        "id": new_id(),
        "day": day,
        "region_code": region_code,
        "name": name,
        "decree": decree,
    }
    return insert_missing(session, Holiday, [row]) == 1
