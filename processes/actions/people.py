"""Letting officials come and go: their open tasks and links move with them, and who did it is
recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.following import follow
from processes.actions.moves_shown import Preview, preview_of_import
from processes.actions.task_entries import tell_of_task
from processes.errors import Conflict, NotFound
from processes.store import digests, officials_import, people, people_log
from processes.store.channel_urls import check_channel_url, masked
from processes.store.handover import lock_cases
from processes.store.locks import lock_case
from processes.store.officials_file import phone_number
from processes.store.officials_import import ImportResult
from processes.store.people_log import About
from processes.store.sealing import sealed_as
from processes.store.tables import PeopleAct, Person

if TYPE_CHECKING:
    from processes.office import Office

Bringing = Callable[[Session], ImportResult]


def import_officials(
    office: Office,
    csv_text: str,
    *,
    replace: bool,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected: str = "",
) -> ImportResult:
    """Take in a CSV of officials, all rows or none.

    Officials who left lose their open tasks and links at once; those who came get a link to every
    open task of their role; who got another channel is named in the history of his open tasks.
    Raises OfficialsRefused with the rows that cannot be taken, and Conflict when it would do
    something else than the preview (its digest) that was `expected`.
    """
    bring = _list(office, csv_text, replace=replace, actor=actor, now=now)
    with office.database.write() as session:
        return brought(session, office, bring, actor, now, reason=reason, expected=expected)


def preview_officials(
    office: Office, csv_text: str, *, replace: bool, actor: Actor, now: datetime
) -> Preview:
    """What `import_officials` would do; nothing of it is kept."""
    return tried(office, _list(office, csv_text, replace=replace, actor=actor, now=now))


def _list(office: Office, csv_text: str, *, replace: bool, actor: Actor, now: datetime) -> Bringing:
    def bring(session: Session) -> ImportResult:
        return officials_import.import_officials(
            session,
            csv_text,
            replace,
            now,
            secret=office.secret,
            is_trial=office.settings.is_development,
            scope=actor.regions,
        )

    return bring


def brought(
    session: Session,
    office: Office,
    bring: Bringing,
    actor: Actor,
    now: datetime,
    *,
    reason: str,
    expected: str,
) -> ImportResult:
    """Let some officials come, change and go, with what follows for their tasks, and record it."""
    before = people.channels(session)
    result = bring(session)
    preview_of_import(session, result).check(expected)
    follow(session, office, result.settled.changes, result.moved, actor=actor, now=now)
    for row in result.rows:
        if row.act is None:
            continue
        official = row.official
        people_log.note(
            session,
            row.act,
            About(region=official.region_code, person=official.person_id, official=official.id),
            actor=actor.as_entry(),
            now=now,
            reason=reason,
            details={"role": official.role},
            values=row.values,
        )
    after = people.channels(session)
    for person_id in sorted(before.keys() & after.keys()):
        _note(session, person_id, before[person_id], after[person_id], actor, now)
    return result


def tried(office: Office, bring: Bringing) -> Preview:
    """What would become of it; the transaction is rolled back."""
    with office.database.write() as session:
        preview = preview_of_import(session, bring(session))
        session.rollback()
    return preview


def set_channel(
    office: Office,
    known_as: str,
    url: str | None,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Person:
    """Give the person with this NIP, e-mail address or telephone number a channel of his own, or
    take it away (None); the history of his open tasks says so.

    Raises ChannelRefused, NotFound, or Conflict when several people are known by it.
    """
    if url is not None:
        check_channel_url(url, is_trial=office.settings.is_development)
    with office.database.write() as session:
        person = person_known_as(session, known_as)
        keep_channel(session, office, person, url, About(person=person.id), actor, now, reason)
        return person


def keep_channel(
    session: Session,
    office: Office,
    person: Person,
    url: str | None,
    about: About,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    """Keep a checked channel, sealed, or forget it; records and history show the service only."""
    before = person.channel_url
    person.channel_url = None if url is None else sealed_as(office.secret, before, url)
    people_log.note(
        session,
        PeopleAct.CHANNEL,
        about,
        actor=actor.as_entry(),
        now=now,
        reason=reason,
        values={"channel": (masked(before), masked(url))},
    )
    _note(session, person.id, before, person.channel_url, actor, now)


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
