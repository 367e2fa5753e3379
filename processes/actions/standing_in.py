"""What an order says by which somebody stands in, and whether it can be carried out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, KsddError
from processes.store import people, substitutions
from processes.store.officials_file import is_email, phone_number
from processes.store.tables import Official, OfficialStatus, Person

#: how somebody may stand in
STATUSES = (OfficialStatus.PLH, OfficialStatus.PLT)


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """Who stands in, for how long, and by which letter."""

    status: OfficialStatus
    starts_on: date
    #: last day; None until it is ended by hand
    ends_on: date | None
    letter_number: str
    note: str = ""
    #: an official of the same region, whatever his role; else a person by name and address
    official_id: str | None = None
    name: str = ""
    email: str | None = None
    phone: str | None = None


def checked(session: Session, absent: Official, wish: StandIn, today: date) -> Person:
    """Whoever stands in, when the order can be carried out. `today` is that of the region.

    Raises Conflict when the official left, or InvalidAnswers with a sentence per field.
    """
    _check(session, absent, wish, today)
    person = substitute_of(session, absent, wish)
    _check_chain(session, absent, person, wish)
    return person


def _check(session: Session, absent: Official, wish: StandIn, today: date) -> None:
    errors: dict[str, KsddError] = {}
    others = substitutions.open_of(session, absent.id)
    if not (absent.in_office or absent.active or others):
        raise Conflict("errors.official_not_acting")
    if wish.status not in STATUSES:
        errors["status"] = FieldError("errors.substitute_status")
    if wish.ends_on is not None and wish.ends_on < max(wish.starts_on, today):
        errors["ends_on"] = FieldError("errors.substitute_ends")
    for row in others:
        if substitutions.common((row.starts_on, row.ends_on), (wish.starts_on, wish.ends_on)):
            errors["starts_on"] = FieldError(
                "errors.substitute_overlaps", day=row.starts_on.isoformat()
            )
    if errors:
        raise InvalidAnswers(errors)


def substitute_of(session: Session, absent: Official, wish: StandIn) -> Person:
    """Who stands in: a colleague of the same region, or somebody who is named.

    Raises InvalidAnswers with a sentence per field.
    """
    if wish.official_id is not None:
        other = session.get(Official, wish.official_id)
        acts = other is not None and (other.in_office or other.active)
        if other is None or not acts or other.region_code != absent.region_code:
            raise InvalidAnswers({"substitute": FieldError("errors.substitute_unknown")})
        person = session.get_one(Person, other.person_id)
    else:
        name = readable(wish.name, field="name", missing="errors.substitute_missing", limit=200)
        email, phone = _addresses(wish)
        person = people.find_person(
            session, name=name, nip=None, email=email, phone=phone
        ) or people.add_person(session, name=name, email=email, phone=phone)
    if person.id == absent.person_id:
        raise InvalidAnswers({"substitute": FieldError("errors.substitute_self")})
    return person


def _addresses(wish: StandIn) -> tuple[str | None, str | None]:
    """E-mail and phone of somebody who is named, as they are kept; at least one of them."""
    email, phone = (wish.email or "").strip().lower(), (wish.phone or "").strip()
    errors: dict[str, KsddError] = {}
    if not email and not phone:
        errors["email"] = FieldError("errors.substitute_address")
    if email and not is_email(email):
        errors["email"] = FieldError("errors.substitute_email", value=email[:80])
    if phone and phone_number(phone) is None:
        errors["phone"] = FieldError("errors.substitute_phone", value=phone[:40])
    if errors:
        raise InvalidAnswers(errors)
    return email or None, phone_number(phone)


def _check_chain(session: Session, absent: Official, person: Person, wish: StandIn) -> None:
    """Nobody stands in, on the same days, for somebody who stands in for him; and whoever is asked
    has to be found within a few steps."""
    region, days = absent.region_code, (wish.starts_on, wish.ends_on)
    after = substitutions.chain(session, region, person.id, days)
    if any(absent.person_id in way for way, _ in after):
        raise InvalidAnswers(
            {"substitute": FieldError("errors.substitute_circle", name=person.name)}
        )
    longest = max(
        len(before) + len(way) - 1
        for way, shared in after
        for before, _ in substitutions.chain(
            session, region, absent.person_id, shared, backwards=True
        )
    )
    if longest > substitutions.LONGEST_CHAIN:
        most = substitutions.LONGEST_CHAIN
        raise InvalidAnswers({"substitute": FieldError("errors.substitute_chain", most=most)})
