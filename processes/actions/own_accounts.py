"""Accounts of officials, with which a task that asks for it (`masuk`) knows who they are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.people import person_known_as
from processes.errors import Conflict
from processes.store import accounts
from processes.store.tables import Account, AccountRole, Official, Person

if TYPE_CHECKING:
    from processes.office import Office


def own_sign_in_link(office: Office, known_as: str, *, now: datetime) -> str:
    """A sign-in token (24 hours, once) for the account of the person with this NIP, e-mail address
    or telephone number; the account is made when there is none.

    Whoever runs the command hands it over. The account sees the region of his first office and
    changes nothing there. Raises NotFound, or Conflict when several people are known by it or he
    holds no office.
    """
    with office.database.write() as session:
        person = person_known_as(session, known_as)
        account = session.scalar(select(Account).where(Account.person_id == person.id))
        if account is None:
            account = _open(session, person, now)
        return accounts.make_sign_in_link(session, account.id, now)


def _open(session: Session, person: Person, now: datetime) -> Account:
    office = session.scalar(
        select(Official)
        .where(Official.person_id == person.id, Official.active)
        .order_by(Official.region_code, Official.role)
        .limit(1)
    )
    if office is None:
        raise Conflict("confirming.no_office", name=person.name)
    account = accounts.create_account(
        session,
        name=f"{person.name} ({person.id[:8]})",
        role=AccountRole.OFFICIAL,
        now=now,
        region_code=office.region_code,
    )
    account.person_id = person.id
    session.flush()
    return account
