"""By which way a one-time code goes to an official, so that it comes beside his link and not on it.

The way that the link took never counts as a second one. A telephone that somebody of the house
writes to counts beside a mail only: a channel is an app on that same telephone most of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.engine.procedure import Procedure
from processes.store import authenticators, ledger
from processes.store.channel_urls import masked
from processes.store.questions.people import Holder
from processes.store.tables import CodeWay, Link, Official, Person, Region
from processes.store.ways import CHANNEL, HAND, MAIL, way_to

#: values of the property `jaminan`
LINK, WITH_CODE, SIGNED_IN = "tautan", "tautan+kode", "masuk"


@dataclass(frozen=True, kw_only=True)
class CodeRoute:
    """How a code goes to one person."""

    way: CodeWay
    #: channel of the message and its address
    channel: str
    address: str
    #: what may be shown of the address
    shown: str


def route_to(
    session: Session, person: Person, link: Link | None, *, weak_too: bool
) -> CodeRoute | None:
    """The way to a person that his link did not take; the same mail where that is allowed; None
    when there is none."""
    carrier = None if link is None else ledger.carrier_of(session, link)
    usual = way_to(person)
    taken = carrier.channel if carrier is not None else usual.channel if usual else None
    return _second(person, taken, weak_too=weak_too)


def _second(person: Person, taken: str | None, *, weak_too: bool) -> CodeRoute | None:
    if taken == MAIL and person.channel_url:
        return CodeRoute(
            way=CodeWay.CHANNEL,
            channel=CHANNEL,
            address=person.id,
            shown=masked(person.channel_url),
        )
    if taken == MAIL and person.phone:
        return CodeRoute(
            way=CodeWay.WHATSAPP, channel=HAND, address=person.phone, shown=_ending(person.phone)
        )
    if taken in (CHANNEL, HAND) and person.email:
        return _mail(person.email, CodeWay.MAIL)
    if taken == MAIL and person.email and weak_too:
        return _mail(person.email, CodeWay.SAME_MAIL)
    return None


def _mail(address: str, way: CodeWay) -> CodeRoute:
    name, _, domain = address.partition("@")
    return CodeRoute(way=way, channel=MAIL, address=address, shown=f"{name[:2]}…@{domain}")


def _ending(phone: str) -> str:
    return f"…{phone[-4:]}"


@dataclass(frozen=True, kw_only=True)
class WithoutSecondChannel:
    """An official who could not be sent a code beside his link."""

    official: Official
    person: Person
    region: Region
    #: names of the tasks of his that ask for one
    tasks: Sequence[str]
    #: whether a mail of its own to the same address may stand in, as weak evidence
    weak: bool


def without_second_channel(session: Session, procedure: Procedure) -> list[WithoutSecondChannel]:
    """The active officials whose tasks ask for a code that could not reach them, by region."""
    asking = [shape for shape in procedure.shapes.values() if shape.assurance == WITH_CODE]
    rows = session.execute(
        select(Official, Person, Region)
        .join(Person, Person.id == Official.person_id)
        .join(Region, Region.code == Official.region_code)
        .where(Official.active, Official.role.in_({shape.role for shape in asking}))
        .order_by(Official.region_code, Official.role, Person.name, Official.id)
    ).all()
    registered = authenticators.owners(session, [person.id for _, person, _ in rows])
    found = []
    for official, person, region in rows:
        usual = way_to(person)
        if usual is None or person.id in registered:
            continue
        if _second(person, usual.channel, weak_too=False) is None:
            own = [shape for shape in asking if shape.role == official.role]
            weak = usual.channel == MAIL and all(shape.weak_code for shape in own)
            found.append(
                WithoutSecondChannel(
                    official=official,
                    person=person,
                    region=region,
                    tasks=[shape.name for shape in own],
                    weak=weak,
                )
            )
    return found


def holder_of(session: Session, official_id: str) -> Holder:
    """An official with the person behind the office."""
    official = session.get_one(Official, official_id)
    return official, session.get_one(Person, official.person_id)
