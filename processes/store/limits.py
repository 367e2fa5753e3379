"""Failed tries per address and minute: who guesses tokens or codes has to wait.

Only unknown tokens and wrong codes count; valid links and API tokens never do.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from processes.store.tables import FailedTry

TRIES_PER_MINUTE = 20


def note_failure(session: Session, address: str, now: datetime, *, weight: int = 1) -> int:
    """Count a failed try of an address; how many it made in this minute.

    With weight 0 the same work is done and nothing is counted, so that the time it takes tells
    nobody which of the two it was.
    """
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql.insert if is_postgres else sqlite.insert)(FailedTry)
    counted = insert.values(
        address=household(address), minute=_minute(now), count=weight
    ).on_conflict_do_update(
        index_elements=[FailedTry.address, FailedTry.minute],
        set_={"count": FailedTry.count + weight},
    )
    return int(session.execute(counted.returning(FailedTry.count)).scalar_one())


def is_blocked(session: Session, address: str, now: datetime) -> bool:
    """Whether an address has used up its failed tries of this minute."""
    found = session.get(FailedTry, (household(address), _minute(now)))
    return found is not None and found.count >= TRIES_PER_MINUTE


def has_old(session: Session, now: datetime) -> bool:
    """Whether tries of earlier hours are kept."""
    return bool(session.scalar(select(exists().where(_is_old(now)))))


def forget_old(session: Session, now: datetime) -> int:
    """Remove the tries of earlier hours; nobody is kept on record for a typing error."""
    old = delete(FailedTry).where(_is_old(now))
    return len(session.execute(old.returning(FailedTry.address)).all())


def _is_old(now: datetime) -> ColumnElement[bool]:
    return FailedTry.minute < now - timedelta(hours=1)


def household(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 network of an IPv6 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
