"""The heartbeat of the sweeps: when each last ran, so that a dead one shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store.tables import Sweep


def beat(session: Session, name: str, *, now: datetime, done: int = 0) -> None:
    """Note that a sweep finished and how many things it did."""
    session.merge(Sweep(name=name, finished_at=now, done=done))


def beats(session: Session) -> dict[str, Sweep]:
    """The last run of every sweep, by name."""
    return {sweep.name: sweep for sweep in session.scalars(select(Sweep).order_by(Sweep.name))}


def late(session: Session, now: datetime, *, names: tuple[str, ...], after: timedelta) -> list[str]:
    """Those of the named sweeps that never ran, or not within `after`.

    One that claims to have run far in the future ran by a wrong clock; nobody knows whether it
    still does.
    """
    last = beats(session)
    return [name for name in names if name not in last or abs(now - last[name].finished_at) > after]
