"""What an account may do, where and until when; and what is wrong with such a wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.people import person_known_as
from processes.errors import FieldError, KsddError, NotAllowed, NotFound
from processes.store.officials_file import is_email
from processes.store.tables import Account, AccountRole, Official, Region
from processes.store.viewer import covers

if TYPE_CHECKING:
    from processes.office import Office

#: what an account made on the board or the command line may be
ROLES = (AccountRole.CLERK, AccountRole.ADMIN, AccountRole.OWNER, AccountRole.OBSERVER)
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What an account may do, where, and until when."""

    role: AccountRole
    #: codes, its own region first; empty = the whole installation
    regions: Sequence[str] = ()
    #: its last day; an observer must have one
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account that is to be made."""

    name: str
    scope: Scope
    email: str = ""
    #: NIP, e-mail address or telephone number of the official whose account it is; may be empty
    official: str = ""


def check_within(actor: Actor, regions: Sequence[str]) -> None:
    if not covers(actor.regions, frozenset(regions) or None):
        raise NotAllowed("accounts.beyond_own")


def name_errors(session: Session, name: str, email: str) -> dict[str, KsddError]:
    """What keeps an account from this name and address.

    People sign in with either, so neither may be the name or the address of another account: both
    of them would be shut out.
    """
    errors: dict[str, KsddError] = {}
    if _is_known(session, name):
        errors["name"] = FieldError("accounts.name_taken", name=name)
    if email and not is_email(email):
        errors["email"] = FieldError("accounts.email_wrong")
    elif email and _is_known(session, email):
        errors["email"] = FieldError("accounts.email_taken", email=email)
    return errors


def _is_known(session: Session, words: str) -> bool:
    """Whether some account signs in with these words, as its name or its address."""
    wanted = words.lower()
    known = or_(func.lower(Account.name) == wanted, func.lower(Account.email) == wanted)
    return session.scalar(select(Account.id).where(known).limit(1)) is not None


def scope_errors(
    session: Session, office: Office, wish: NewAccount, now: datetime
) -> dict[str, KsddError]:
    scope, errors = wish.scope, dict[str, KsddError]()
    unknown = [code for code in scope.regions if session.get(Region, code) is None]
    if unknown:
        errors["regions"] = FieldError("accounts.region_unknown", code=unknown[0])
    today = office.calendar.today(now)
    if scope.ends_on is not None and not today <= scope.ends_on <= today + 3660 * DAY:
        errors["ends_on"] = FieldError("accounts.end_past")
    if scope.ends_on is None and scope.role is AccountRole.OBSERVER:
        errors["ends_on"] = FieldError("accounts.end_missing")
    return errors


def person_of(
    session: Session, wish: NewAccount, errors: dict[str, KsddError], actor: Actor
) -> str | None:
    """The id of the official's person; what is wrong with him goes into `errors`.

    Somebody who has no office in the actor's regions is as unknown to him as nobody.
    """
    typed = wish.official.strip()
    if not typed:
        return None
    try:
        person = person_known_as(session, typed)
    except KsddError as error:
        errors["official"] = error
        return None
    if actor.regions is not None:
        near = select(Official.id).where(Official.person_id == person.id)
        near = near.where(Official.region_code.in_(actor.regions))
        if session.scalar(near.limit(1)) is None:
            errors["official"] = NotFound("errors.person_unknown", known_as=typed)
            return None
    offices = select(Official.id).where(Official.person_id == person.id, Official.active)
    if wish.scope.regions:
        offices = offices.where(Official.region_code.in_(wish.scope.regions))
    if session.scalar(offices.limit(1)) is None:
        errors["official"] = FieldError("accounts.no_office", name=person.name)
    owner = select(Account).where(Account.person_id == person.id, Account.active).limit(1)
    taken = session.scalar(owner)
    if taken is not None:
        errors["official"] = FieldError("accounts.person_taken", name=taken.name)
    return person.id


def end_of(office: Office, scope: Scope) -> datetime | None:
    """The end of the last day, in the zone of its own region."""
    if scope.ends_on is None:
        return None
    zone = office.calendar.zone(next(iter(scope.regions), None))
    return datetime.combine(scope.ends_on + DAY, time.min, zone)


def last_day(office: Office, account: Account) -> date | None:
    """The last day of an account, in the zone of its own region."""
    if account.ends_at is None:
        return None
    zone = office.calendar.zone(account.region_code)
    return account.ends_at.astimezone(zone).date() - DAY


def in_words(office: Office, account: Account) -> dict[str, str]:
    """What an account may do, as its log keeps it."""
    ends_on = last_day(office, account)
    return {
        "role": account.role.value,
        "regions": ", ".join(sorted(account.regions or ())),
        "until": "" if ends_on is None else ends_on.isoformat(),
    }
