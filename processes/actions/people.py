"""Letting officials come and go: their open tasks and links move with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.inviting import recorders, send_all, send_link
from processes.errors import Conflict, NotFound
from processes.store import history, people
from processes.store.channel_urls import check_channel_url
from processes.store.handover import Moved
from processes.store.locks import lock_case
from processes.store.officials_file import phone_number
from processes.store.people import ImportResult
from processes.store.tables import LinkPurpose, Official, Person, Task

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
            session, csv_text, replace, now, is_trial=office.settings.is_development
        )
        for move in result.moved:
            invite(session, office, move, actor, now)
        return result


def set_channel(office: Office, known_as: str, url: str | None) -> Person:
    """Give the person with this NIP, e-mail address or telephone number a channel of his own, or
    take it away (None).

    Raises ChannelRefused, NotFound, or Conflict when several people are known by it.
    """
    if url is not None:
        check_channel_url(url, is_trial=office.settings.is_development)
    with office.database.write() as session:
        found = people.people_known_as(session, phone_number(known_as) or known_as)
        found = found or people.people_known_as(session, known_as)
        if not found:
            raise NotFound("errors.person_unknown", known_as=known_as)
        if len(found) > 1:
            raise Conflict("errors.person_ambiguous", known_as=known_as, count=len(found))
        found[0].channel_url = url
        return found[0]


def invite(session: Session, office: Office, move: Moved, actor: Actor, now: datetime) -> None:
    """Send whoever joined a task his link, ask for a choice where one is needed, and note the
    change in the history of its case."""
    task = session.get_one(Task, move.task_id)
    case = lock_case(session, move.case_id)
    for official_id in move.joined:
        official = session.get_one(Official, official_id)
        person = session.get_one(Person, official.person_id)
        send_link(session, office, task, official, person, now)
    if move.asks:
        send_all(
            session,
            office,
            task,
            recorders(session, case, task),
            now,
            kind="pilih_pejabat",
            purpose=LinkPurpose.CHOOSE,
        )
    history.append(
        session,
        case,
        at=now,
        kind="task.holders",
        actor=actor.as_entry(),
        details={
            "task": task.id,
            "region": task.region_code,
            "name": task.name,
            "left": list(move.left),
            "joined": list(move.joined),
            "before": _names(session, move.left),
            "after": _names(session, move.joined),
        },
    )


def _names(session: Session, officials: Sequence[str]) -> list[str]:
    """Officials (ids) as the history names them."""
    found = [session.get_one(Official, official_id) for official_id in officials]
    return [f"{session.get_one(Person, o.person_id).name}, {o.position}" for o in found]
