"""Who tries to sign in again and again waits longer and longer: per account and address, and, with
a shorter pause that a guesser cannot turn into a lock-out, per account from everywhere.

A try is counted before it is judged, so that many at once gain nothing; one that succeeds forgets
what was counted there. What was typed as the name of no account is treated alike.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from processes.store.database import insert_missing
from processes.store.limits import household
from processes.store.tables import SignInTries

FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Pauses:
    """How the pause grows."""

    #: tries after which it begins
    free: int
    first: timedelta
    longest: timedelta

    def after(self, count: int) -> timedelta:
        """The pause after so many tries; each is twice the one before."""
        if count < self.free:
            return timedelta(0)
        pause: timedelta = self.first * 2 ** min(count - self.free, 20)
        return min(self.longest, pause)


HERE = Pauses(free=3, first=timedelta(seconds=5), longest=timedelta(minutes=15))
EVERYWHERE = Pauses(free=20, first=timedelta(seconds=1), longest=timedelta(seconds=30))


def begin(session: Session, who: str, address: str, now: datetime) -> timedelta:
    """Count a try; zero when it may be judged, else how long it has to wait (and is not counted).

    `who` is the account's id, or what was typed as its name.
    """
    forget_old(session, now)
    rows = [
        (_row(session, who, household(address), now), HERE),
        (_row(session, who, "", now), EVERYWHERE),
    ]
    wait = max(row.next_at - now for row, _ in rows)
    if wait > timedelta(0):
        return wait
    for row, pauses in rows:
        row.count += 1
        row.last_at, row.next_at = now, now + pauses.after(row.count)
    session.flush()
    return timedelta(0)


def succeed(session: Session, who: str, address: str) -> None:
    """Forget the tries of somebody who is in, from where he is."""
    here = SignInTries.address.in_((household(address), ""))
    rows = delete(SignInTries).where(SignInTries.who_sha256 == _digest(who), here)
    session.execute(rows)


def fail(session: Session, who: str, now: datetime) -> None:
    """Write once more that a try failed, so that failing takes a transaction like succeeding."""
    rows = update(SignInTries).where(SignInTries.who_sha256 == _digest(who))
    session.execute(rows.values(last_at=now))


def forget_old(session: Session, now: datetime) -> None:
    """Remove what was counted a day ago; nobody is kept on record for a typing error."""
    session.execute(delete(SignInTries).where(SignInTries.last_at <= now - FORGOTTEN))


def _row(session: Session, who: str, address: str, now: datetime) -> SignInTries:
    key = {"who_sha256": _digest(who), "address": address}
    insert_missing(session, SignInTries, [{**key, "count": 0, "last_at": now, "next_at": now}])
    query = select(SignInTries).filter_by(**key).with_for_update()
    return session.scalars(query).one()


def _digest(who: str) -> str:
    return hashlib.sha256(who.strip().casefold().encode()).hexdigest()
