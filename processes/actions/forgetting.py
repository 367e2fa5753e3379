"""Forgetting what was kept for a while only."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from processes.store import case_migrations, confirmation_codes, limits, repeats

if TYPE_CHECKING:
    from processes.office import Office


def forget_old(office: Office, *, now: datetime) -> int:
    """Remove failed tries of earlier hours, answers that were kept to be repeated for a day,
    the salts of one-time codes that ran out, and states of cases before they got another version
    that nothing can go back to; returns how many, and writes nothing when there are none."""
    with office.database.read() as session:
        due = [forget for has_old, forget in _KEPT if has_old(session, now)]
    if not due:
        return 0
    with office.database.write() as session:
        return sum(forget(session, now) for forget in due)


#: for each kind, whether there is something to forget, and how it is forgotten
_KEPT = (
    (limits.has_old, limits.forget_old),
    (repeats.has_old, repeats.forget_old),
    (confirmation_codes.has_old, confirmation_codes.forget_old),
    (case_migrations.has_old, case_migrations.forget_old),
)
