"""What many letters tell, read for all of them in a few questions.

A reading session sees one moment, so what it read once it need not read again: `read_ahead` reads
what the letters of several messages will ask for one by one, and the rest of this file answers from
that, or asks by itself where nobody read ahead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from processes.store import questions
from processes.store.among import among
from processes.store.questions.people import Holder
from processes.store.tables import (
    Base,
    Case,
    Link,
    Message,
    Official,
    PartyReply,
    Person,
    Region,
    Task,
)

Row = TypeVar("Row", bound=Base)
#: where a session keeps what was read ahead
AHEAD = "ahead"


@dataclass(frozen=True, kw_only=True)
class _Ahead:
    """What was read, by the id of the case or task it is about."""

    parties: dict[str, list[str]]
    contacts: dict[str, Holder | None]
    holders: dict[str, list[Holder]]
    #: replies of partners that wait to be checked, by case and party
    replies: Mapping[tuple[str, str], PartyReply]
    #: by table and key
    rows: Mapping[tuple[type[Base], str], Base]


def read_ahead(session: Session, messages: Collection[Message]) -> None:
    """Read what the letters of these messages will tell, in a session that only reads."""
    links = _rows(session, Link, (each.link_id for each in messages))
    tasks = _rows(session, Task, (each.task_id for each in messages))
    cases = _rows(session, Case, (each.case_id for each in messages))
    officials = _rows(session, Official, (each.official_id for each in messages))
    people = _rows(session, Person, (each.person_id for each in officials.values()))
    case_ids, task_ids = [key for _, key in cases], [key for _, key in tasks]
    parties = questions.party_codes(session, case_ids) if cases else {}
    codes = {code for found in parties.values() for code in found}
    regions = _rows(session, Region, codes | {each.region_code for each in tasks.values()})
    holders = questions.holders_of_tasks(session, task_ids) if tasks else {}
    session.info[AHEAD] = _Ahead(
        parties=parties,
        contacts=questions.contacts_of(session, list(cases.values())) if cases else {},
        replies=questions.waiting_replies(session, case_ids) if cases else {},
        holders={task_id: holders.get(task_id, []) for task_id in task_ids},
        # a session forgets what nobody else holds
        rows={**links, **tasks, **cases, **officials, **people, **regions},
    )


def one(session: Session, table: type[Row], key: str) -> Row:
    """The row of a key that is there."""
    known = _known(session)
    found = None if known is None else known.rows.get((table, key))
    return cast(Row, found) if found is not None else session.get_one(table, key)


def party_codes(session: Session, case: Case) -> list[str]:
    """The parties of a case, pemrakarsa first."""
    known = _known(session)
    if known is not None and case.id in known.parties:
        return known.parties[case.id]
    return questions.party_codes(session, [case.id])[case.id]


def contact_of(session: Session, case: Case) -> Holder | None:
    """Who answers for a case."""
    known = _known(session)
    if known is not None and case.id in known.contacts:
        return known.contacts[case.id]
    return questions.contact_of(session, case)


def holders_of(session: Session, task: Task) -> list[Holder]:
    """Who may finish a task."""
    known = _known(session)
    if known is not None and task.id in known.holders:
        return known.holders[task.id]
    return questions.holders_of_tasks(session, [task.id]).get(task.id, [])


def waiting_reply(session: Session, case_id: str, region: str | None) -> PartyReply | None:
    """The reply of a party that waits to be checked."""
    known = _known(session)
    found = known.replies if known is not None else questions.waiting_replies(session, [case_id])
    return found.get((case_id, region or ""))


def _known(session: Session) -> _Ahead | None:
    found: _Ahead | None = session.info.get(AHEAD)
    return found


def _rows(
    session: Session, table: Any, keys: Iterable[str | None]
) -> dict[tuple[type[Base], str], Any]:
    """The rows of these keys, which the session then knows."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    [key] = inspect(table).primary_key
    found = session.scalars(select(table).where(among(key, wanted)))
    return {(table, getattr(row, key.name)): row for row in found}
