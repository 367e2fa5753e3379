"""Everything that is kept about one person, and taking his name and addresses out of it.

UU 27/2022: whoever asks gets his data and the trail of their use (article 32) and has them set
right (article 30); what nobody needs any more is removed (articles 42 to 44). The history of cases
is the record of what an office did; names stand in it for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from processes.store import people_log, questions
from processes.store.channel_urls import masked
from processes.store.kinds import TO_ACCOUNTS
from processes.store.tables import (
    Access,
    Account,
    AccountEvent,
    AccountRegion,
    AccountRole,
    Authenticator,
    Base,
    Case,
    DataAccess,
    Draft,
    History,
    Link,
    Message,
    MessageEvent,
    MessageStatus,
    Official,
    PeopleEvent,
    PeopleValue,
    Person,
    RecoveryCode,
    SavedView,
    SignIn,
    Substitution,
    Task,
    TaskHolder,
    TaskStatus,
)
from processes.store.viewer import Viewer

#: messages that nobody sent yet
UNSENT = (MessageStatus.WAITING, MessageStatus.PARKED, MessageStatus.BY_HAND)
Rows = list[dict[str, Any]]


def why_kept(session: Session, person: Person) -> str | None:
    """Why a person's name cannot be removed: `erased` already, `in_office`, `stands_in`,
    `open_task`, or an `account` he works with beyond looking on; None when it can."""
    if person.erased_at is not None:
        return "erased"
    own = select(Official.id).where(Official.person_id == person.id)
    acts = own.where(or_(Official.in_office, Official.active))
    if session.scalar(acts.limit(1)) is not None:
        return "in_office"
    stands = select(Substitution.id).where(
        Substitution.person_id == person.id, Substitution.ended_at.is_(None)
    )
    if session.scalar(stands.limit(1)) is not None:
        return "stands_in"
    held = or_(TaskHolder.official_id.in_(own), TaskHolder.for_official_id.in_(own))
    holds = (
        select(Task.id)
        .join(TaskHolder, TaskHolder.task_id == Task.id)
        .where(Task.status == TaskStatus.OPEN, held)
    )
    if session.scalar(holds.limit(1)) is not None:
        return "open_task"
    works = select(Account.id).where(
        Account.person_id == person.id, Account.active, Account.role != AccountRole.OFFICIAL
    )
    return "account" if session.scalar(works.limit(1)) is not None else None


def erase(session: Session, person: Person, now: datetime) -> None:
    """Put a pseudonym in the place of a person's name and remove his NIP, addresses, drafts, app
    and account, and what the record of changes says of them.

    Nothing is sent to him any more. The history of cases stays as it was written.
    """
    own = select(Official.id).where(Official.person_id == person.id)
    events = select(PeopleEvent.id).where(PeopleEvent.person_id == person.id)
    session.execute(delete(PeopleValue).where(PeopleValue.event_id.in_(events)))
    session.execute(delete(Draft).where(Draft.person_id == person.id))
    session.execute(
        update(Authenticator).where(_apps_of(person)).values(salt=None, ended_at=now, vouched_by="")
    )
    session.execute(
        update(Message)
        .where(Message.official_id.in_(own), Message.status.in_(UNSENT))
        .values(status=MessageStatus.DROPPED, lease_until=None)
    )
    session.execute(
        update(Message)
        .where(Message.official_id.in_(own))
        .values(address="", subject=None, values={}, last_error=None)
    )
    sent = select(Message.id).where(Message.official_id.in_(own))
    session.execute(update(MessageEvent).where(MessageEvent.message_id.in_(sent)).values(note=""))
    for account in session.scalars(select(Account).where(Account.person_id == person.id)):
        _erase_account(session, account)
    person.name, person.erased_at = pseudonym(person.id), now
    person.nip = person.email = person.phone = person.channel_url = None
    session.flush()


def _erase_account(session: Session, account: Account) -> None:
    """Let an account be of no use and say nothing of its holder; its log stays, and who it was
    cannot be told from its name any more."""
    letters = (Message.kind.in_(TO_ACCOUNTS), Message.address == account.email)
    unsent = Message.status.in_(UNSENT)
    session.execute(update(Message).where(*letters, unsent).values(status=MessageStatus.DROPPED))
    session.execute(update(Message).where(*letters).values(address="", subject=None, values={}))
    account.name, account.active = pseudonym(account.id), False
    account.email = account.password = account.subject = None
    for table in (SignIn, RecoveryCode, SavedView):
        session.execute(delete(table).where(table.account_id == account.id))


def pseudonym(row_id: str) -> str:
    """What stands in the place of a name: the same for the same person, and nothing of him."""
    return f"Mantan pejabat {row_id[:8]}"


def gather(session: Session, viewer: Viewer, person: Person) -> dict[str, Any]:
    """Everything kept about a person that the viewer may see, as JSON can hold it."""
    offices = questions.offices_of(session, person.id)
    ids = [official.id for official in offices]
    return {
        "person": _facts(person, without=("channel_url",))
        | {"channel": masked(person.channel_url)},
        "offices": [_facts(official) for official in offices],
        "substitutions": _rows(
            session,
            Substitution,
            or_(Substitution.person_id == person.id, Substitution.official_id.in_(ids)),
        ),
        "accounts": _accounts(session, person),
        "authenticators": _rows(session, Authenticator, _apps_of(person), without=("salt",)),
        "drafts": _rows(session, Draft, Draft.person_id == person.id),
        "links": _rows(session, Link, Link.official_id.in_(ids), without=("token_sha256",)),
        "messages": _messages(session, ids),
        "tasks_finished": _rows(
            session,
            Task,
            Task.done_by_person_id == person.id,
            only=("id", "case_id", "name", "region_code", "closed_at", "done_by", "answers"),
        ),
        "history": _history(session, viewer, person, ids),
        "changes": _changes(session, person),
        "access": _rows(session, DataAccess, DataAccess.person_id == person.id),
    }


def _rows(
    session: Session,
    mapped: type[Base],
    wanted: ColumnElement[bool],
    *,
    without: Sequence[str] = (),
    only: Sequence[str] = (),
) -> Rows:
    found = session.scalars(select(mapped).where(wanted).order_by(*mapped.__table__.primary_key))
    return [_facts(row, without=without, only=only) for row in found]


def _facts(row: Base, *, without: Sequence[str] = (), only: Sequence[str] = ()) -> dict[str, Any]:
    names = only or [column.key for column in row.__table__.columns]
    return {name: _plain(getattr(row, name)) for name in names if name not in without}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _apps_of(person: Person) -> ColumnElement[bool]:
    """His authenticator apps: that of his tasks, and those of his accounts."""
    accounts = select(Account.id).where(Account.person_id == person.id)
    return or_(Authenticator.person_id == person.id, Authenticator.account_id.in_(accounts))


def _accounts(session: Session, person: Person) -> Rows:
    """His accounts with what happened to them, what they looked at and how they look at the board;
    nothing that lets anybody in."""
    found = _rows(session, Account, Account.person_id == person.id, without=("password",))
    for account in found:
        whose = account["id"]
        account["further"] = _rows(session, AccountRegion, AccountRegion.account_id == whose)
        account["log"] = _rows(session, AccountEvent, AccountEvent.account_id == whose)
        account["sign_ins"] = _rows(
            session, SignIn, SignIn.account_id == whose, without=("token_sha256",)
        )
        account["looked_at"] = _rows(
            session, Access, Access.account_id == whose, only=("at", "route", "region_code")
        )
        account["views"] = _rows(session, SavedView, SavedView.account_id == whose)
    return found


def _messages(session: Session, official_ids: Sequence[str]) -> Rows:
    found = _rows(session, Message, Message.official_id.in_(official_ids))
    lines: dict[str, Rows] = {}
    ids = [message["id"] for message in found]
    for line in _rows(session, MessageEvent, MessageEvent.message_id.in_(ids)):
        lines.setdefault(line["message_id"], []).append(line)
    return [message | {"ledger": lines.get(message["id"], [])} for message in found]


def _changes(session: Session, person: Person) -> Rows:
    query = select(PeopleEvent).where(PeopleEvent.person_id == person.id)
    events = list(session.scalars(query.order_by(PeopleEvent.at, PeopleEvent.id)))
    values = people_log.values_of(session, [event.id for event in events])
    return [
        _facts(event)
        | {"values": [_facts(value, without=("event_id",)) for value in values.get(event.id, ())]}
        for event in events
    ]


def _history(session: Session, viewer: Viewer, person: Person, official_ids: Iterable[str]) -> Rows:
    """The entries that name him, by one of his offices or by his name."""
    marks = [*official_ids, json.dumps(person.name)[1:-1]]
    named = or_(
        *(
            cast(column, Text).contains(mark, autoescape=True)
            for mark in marks
            for column in (History.actor, History.details)
        )
    )
    cases = session.execute(
        select(Case.id, Case.number)
        .where(Case.id.in_(select(History.case_id).where(named).distinct()))
        .order_by(Case.number)
    )
    found = []
    for case_id, number in cases:
        if questions.find_case(session, viewer, case_id) is None:
            continue
        for entry in questions.history_of_case(session, viewer, case_id):
            if _names(entry.actor, marks) or _names(entry.details, marks):
                found.append(
                    {
                        "case": number,
                        "seq": entry.seq,
                        "at": _plain(entry.at),
                        "kind": entry.kind,
                        "actor": entry.actor,
                        "details": entry.details,
                    }
                )
    return found


def _names(told: Mapping[str, Any], marks: Sequence[str]) -> bool:
    written = json.dumps(told)
    return any(mark in written for mark in marks)
