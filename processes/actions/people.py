"""Letting officials come and go: their open tasks and links move with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from processes.actions.actor import Actor
from processes.actions.following import follow
from processes.store import people
from processes.store.people import ImportResult

if TYPE_CHECKING:
    from processes.office import Office


def import_officials(
    office: Office, csv_text: str, *, replace: bool, actor: Actor, now: datetime
) -> ImportResult:
    """Take in a CSV of officials, all rows or none.

    Officials who left lose their open tasks and links at once; those who came get a link to every
    open task of their role. Raises OfficialsRefused with the rows that cannot be read.
    """
    with office.database.write() as session:
        result = people.import_officials(session, csv_text, replace, now)
        changes = result.settled.changes
        follow(session, office, changes, result.moved, actor=actor, now=now)
        return result
