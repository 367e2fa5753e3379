"""Letting officials come and go: their open tasks and links move with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.following import follow
from processes.actions.task_entries import tell_of_task
from processes.errors import Conflict, NotFound
from processes.store import digests, people
from processes.store.channel_urls import check_channel_url, masked
from processes.store.handover import lock_cases
from processes.store.locks import lock_case
from processes.store.officials_file import phone_number
from processes.store.people import ImportResult
from processes.store.sealing import sealed_as
from processes.store.tables import Person

if TYPE_CHECKING:
    from processes.office import Office


def import_officials(
    office: Office, csv_text: str, *, replace: bool, actor: Actor, now: datetime
) -> ImportResult:
    """Take in a CSV of officials, all rows or none.

    Officials who left lose their open tasks and links at once; those who came get a link to every
    open task of their role; who got another channel is named in the history of his open tasks.
    Raises OfficialsRefused with the rows that cannot be read.
    """
    with office.database.write() as session:
        before = people.channels(session)
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
        after = people.channels(session)
        for person_id in sorted(before.keys() & after.keys()):
            _note(session, person_id, before[person_id], after[person_id], actor, now)
        return result


def set_channel(
    office: Office, known_as: str, url: str | None, *, actor: Actor, now: datetime
) -> Person:
    """Give the person with this NIP, e-mail address or telephone number a channel of his own, or
    take it away (None); the history of his open tasks says so.

    Raises ChannelRefused, NotFound, or Conflict when several people are known by it.
    """
    if url is not None:
        check_channel_url(url, is_trial=office.settings.is_development)
    with office.database.write() as session:
        person = person_known_as(session, known_as)
        before = person.channel_url
        person.channel_url = None if url is None else sealed_as(office.secret, before, url)
        _note(session, person.id, before, person.channel_url, actor, now)
        return person


def _note(
    session: Session,
    person_id: str,
    before: str | None,
    after: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down that the links of somebody's open tasks go another way from now on."""
    if before == after:
        return
    tasks = [task for task, _ in digests.open_tasks_of(session, person_id)]
    lock_cases(session, {task.case_id for task in tasks})
    name = session.get_one(Person, person_id).name
    ways = {"before": [masked(before)], "after": [masked(after)]}
    for task in sorted(tasks, key=lambda each: (each.case_id, each.position)):
        case = lock_case(session, task.case_id)
        tell_of_task(session, case, task, "person.channel", actor, now, {"person": name, **ways})


def person_known_as(session: Session, known_as: str) -> Person:
    """The one person with this NIP, e-mail address or telephone number; NotFound or Conflict."""
    found = people.people_known_as(session, phone_number(known_as) or known_as)
    found = found or people.people_known_as(session, known_as)
    if not found:
        raise NotFound("errors.person_unknown", known_as=known_as)
    if len(found) > 1:
        raise Conflict("errors.person_ambiguous", known_as=known_as, count=len(found))
    return found[0]
