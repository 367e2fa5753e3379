"""The heartbeat of the sweeps: when each was last seen at work, so that a dead one shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from processes.store.database import insert_missing
from processes.store.tables import Sweep


def beat(session: Session, name: str, *, now: datetime, done: int = 0) -> None:
    """Note that a sweep ran until now, or still does, and how many things it did in this run."""
    noted = update(Sweep).where(Sweep.name == name).values(finished_at=now, done=done)
    if session.scalar(noted.returning(Sweep.name)) is not None:
        return
    row = {"name": name, "finished_at": now, "done": done}
    if not insert_missing(session, Sweep, [row]):
        # another one was the first a moment ago
        session.execute(noted)


def count(session: Session, name: str, done: int) -> None:
    """Add what a run did to what all runs of the sweep did."""
    if done:
        of_sweep = update(Sweep).where(Sweep.name == name)
        session.execute(of_sweep.values(total=Sweep.total + done))


def beats(session: Session) -> dict[str, Sweep]:
    """The last run of every sweep, by name."""
    return {sweep.name: sweep for sweep in session.scalars(select(Sweep).order_by(Sweep.name))}


def late(last: Mapping[str, Sweep], now: datetime, limits: Mapping[str, timedelta]) -> list[str]:
    """Those sweeps, named with how long each may be silent, that by their last runs (`beats`) were
    never seen or not since.

    One that claims to have run far in the future ran by a wrong clock; nobody knows whether it
    still does.
    """
    return [
        name
        for name, limit in limits.items()
        if name not in last or abs(now - last[name].finished_at) > limit
    ]
