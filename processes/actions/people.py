"""Letting officials come and go: their open tasks and links move with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.following import follow
from processes.errors import Conflict, NotFound
from processes.store import people
from processes.store.channel_urls import check_channel_url
from processes.store.officials_file import phone_number
from processes.store.people import ImportResult
from processes.store.sealing import seal
from processes.store.tables import Person

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
        result = people.import_officials(
            session,
            csv_text,
            replace,
            now,
            secret=office.secret,
            is_trial=office.settings.is_development,
        )
        changes = result.settled.changes
        follow(session, office, changes, result.moved, actor=actor, now=now)
        return result


def set_channel(office: Office, known_as: str, url: str | None) -> Person:
    """Give the person with this NIP, e-mail address or telephone number a channel of his own, or
    take it away (None).

    Raises ChannelRefused, NotFound, or Conflict when several people are known by it.
    """
    if url is not None:
        check_channel_url(url, is_trial=office.settings.is_development)
    with office.database.write() as session:
        person = person_known_as(session, known_as)
        person.channel_url = None if url is None else seal(office.secret, url)
        return person


def person_known_as(session: Session, known_as: str) -> Person:
    """The one person with this NIP, e-mail address or telephone number; NotFound or Conflict."""
    found = people.people_known_as(session, phone_number(known_as) or known_as)
    found = found or people.people_known_as(session, known_as)
    if not found:
        raise NotFound("errors.person_unknown", known_as=known_as)
    if len(found) > 1:
        raise Conflict("errors.person_ambiguous", known_as=known_as, count=len(found))
    return found[0]
