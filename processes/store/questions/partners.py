"""Partners without officials: who is one, what they handed in, and whom they named."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from processes.store.asking import Question
from processes.store.questions.people import Holder
from processes.store.questions.sight import sight
from processes.store.tables import (
    Case,
    History,
    Official,
    Party,
    PartyReply,
    Person,
    Region,
    ReplyStatus,
)
from processes.store.viewer import Viewer

#: what the history calls the act by which a partner named its contact
CONTACT_NAMED = "contact.named"
_NAMED = Question(
    lambda p: select(History.details).where(
        History.case_id == p.one("case"), History.kind == p.one("kind")
    ),
    order=(History.seq,),
)


#: those of several `regions` that have an active official
_STAFFED = Question(
    lambda p: select(Region.code).where(
        p.among(Region.code, "regions"),
        exists().where(Official.region_code == Region.code, Official.active),
    )
)
#: the parties of a `case` that have an active official
STAFFED_PARTIES = Question(
    lambda p: select(Party.region_code).where(
        Party.case_id == p.one("case"),
        exists().where(Official.region_code == Party.region_code, Official.active),
    )
)


def without_contact(session: Session, codes: Collection[str]) -> frozenset[str]:
    """Those of the regions that have no active official at all."""
    return frozenset(codes) - frozenset(_STAFFED.firsts(session, regions=sorted(codes)))


def replies_of_case(session: Session, viewer: Viewer, case_id: str) -> list[PartyReply]:
    """The replies a viewer may see, the newest first: the pemrakarsa all, a partner its own."""
    query = _visible(viewer).where(PartyReply.case_id == case_id)
    return list(session.scalars(query.order_by(PartyReply.handed_in_at.desc(), PartyReply.id)))


def find_reply(session: Session, viewer: Viewer, reply_id: str) -> PartyReply | None:
    """The reply if the viewer may see it; None when there is none, or none for him."""
    found: PartyReply | None = session.scalar(_visible(viewer).where(PartyReply.id == reply_id))
    return found


#: the replies of several `cases` that wait to be checked, the newest first
WAITING_REPLIES = Question(
    lambda p: select(PartyReply).where(
        p.among(PartyReply.case_id, "cases"), PartyReply.status == ReplyStatus.WAITING
    ),
    order=(PartyReply.handed_in_at.desc(), PartyReply.id),
)


def waiting_replies(session: Session, case_ids: Sequence[str]) -> dict[tuple[str, str], PartyReply]:
    """By case and party the reply that has waited longest to be checked."""
    rows = WAITING_REPLIES.firsts(session, cases=case_ids)
    return {(reply.case_id, reply.region_code): reply for reply in rows}


def contacts_by_code(session: Session, case_id: str, region: str) -> list[Holder]:
    """The active officials whom a party of a case named with its code."""
    entries = _NAMED.firsts(session, case=case_id, kind=CONTACT_NAMED)
    named = [d["official"] for d in entries if d.get("party") == region]
    if not named:
        return []
    rows = session.execute(
        select(Official, Person)
        .join(Person, Person.id == Official.person_id)
        .where(Official.id.in_(named), Official.in_office)
        .order_by(Person.name)
    )
    return [(official, person) for official, person in rows]


def _visible(viewer: Viewer) -> Select[Any]:
    query = select(PartyReply)
    if viewer.sees_everything:
        return query
    seen = sight(viewer)
    regions = viewer.regions or ()
    in_time = or_(seen.c.until.is_(None), PartyReply.handed_in_at <= seen.c.until)
    own = or_(PartyReply.region_code.in_(regions), Case.region_code.in_(regions))
    return (
        query.join(Case, Case.id == PartyReply.case_id)
        .join(seen, seen.c.case_id == PartyReply.case_id)
        .where(and_(in_time, own))
    )
