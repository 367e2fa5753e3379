"""Partners without officials: who has a code, and what their pemrakarsa does about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.addressing import write_to
from processes.actions.roles import SHEPHERD
from processes.actions.wording import readable
from processes.errors import Conflict, FieldError, InvalidAnswers, NotAllowed, NotFound
from processes.sentences import say
from processes.store import codes, history, questions
from processes.store.locks import lock_case
from processes.store.tables import (
    Case,
    CaseStatus,
    Party,
    Region,
)

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whoever has a living code in his hand: which party of which case it is for."""

    code_id: str
    case: Case
    region: Region
    #: whether the case still runs and the region still takes part
    may_act: bool

    def actor(self, address: str = "", user_agent: str = "") -> Actor:
        """The holder as the one who acts: nothing is known of him but the code."""
        name = say("partners.code_holder", region=self.region.name, number=self.case.number)
        return Actor(
            kind="code",
            name=name,
            code_id=self.code_id,
            regions=frozenset({self.region.code}),
            address=address,
            user_agent=user_agent,
        )


def find_holder(session: Session, office: Office, typed: str) -> Holder | None:
    """The holder of the code somebody typed; None when it is unknown, revoked or no code."""
    code = codes.read_code(typed)
    found = codes.find_code(session, office.secret, code) if code else None
    if found is None:
        return None
    case = session.get_one(Case, found.case_id)
    party = session.get_one(Party, (case.id, found.region_code))
    return Holder(
        code_id=found.id,
        case=case,
        region=session.get_one(Region, found.region_code),
        may_act=case.status is CaseStatus.RUNNING and party.left_at is None,
    )


def revoke_codes(
    office: Office, case_id: str, region: str, *, reason: str, actor: Actor, now: datetime
) -> int:
    """Kill every living code of a party, for the pemrakarsa; how many died."""
    with partner_of(office, case_id, region, reason, actor) as (session, case, partner, why):
        died = codes.revoke_codes(session, case.id, region, now)
        details = {"count": died, "reason": why}
        tell(session, case, "code.revoked", partner, actor, now, details)
        return died


@contextmanager
def partner_of(
    office: Office, case_id: str, region: str, reason: str, actor: Actor
) -> Iterator[tuple[Session, Case, Region, str]]:
    """One transaction on a locked case, for an act of its pemrakarsa about one partner.

    Raises InvalidAnswers (no reason, not a partner), NotFound, or NotAllowed.
    """
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        case = lock_case(session, case_id)
        yield session, case, check_partner(session, case, region, actor), why


def check_partner(session: Session, case: Case, region: str, actor: Actor) -> Region:
    """The partner's region; raises NotAllowed unless the actor acts for whoever keeps the case."""
    if not actor.may_act_for(questions.keeper_of(session, case)):
        raise NotAllowed
    party = session.get(Party, (case.id, region))
    if party is None or party.position == 0 or party.left_at is not None:
        raise InvalidAnswers({"region": FieldError("partners.not_a_partner", code=region)})
    return session.get_one(Region, region)


def held(session: Session, office: Office, typed: str) -> Holder:
    """The holder of a code who may act; raises NotFound or, when the case is over, Conflict."""
    holder = find_holder(session, office, typed)
    if holder is None:
        raise NotFound("partners.code_unknown")
    if not holder.may_act:
        raise Conflict("partners.case_over")
    return holder


def tell(
    session: Session,
    case: Case,
    kind: str,
    partner: Region,
    actor: Actor,
    now: datetime,
    details: Mapping[str, Any],
) -> None:
    """Note what happened between the pemrakarsa and one partner; both houses may read it."""
    history.append(
        session,
        case,
        at=now,
        kind=kind,
        actor=actor.as_entry(),
        details={
            "region": case.region_code,
            "party": partner.code,
            "name": partner.name,
            **details,
        },
    )


def tell_pemrakarsa(
    session: Session,
    office: Office,
    case: Case,
    kind: str,
    key: str,
    said: str,
    now: datetime,
    **more: str,
) -> None:
    """A message to the cooperation office of the pemrakarsa, once per `key`; `more` are values that
    it keeps beside what is said."""
    for official, person in questions.holders_of(session, case.region_code, SHEPHERD):
        write_to(
            session,
            office,
            (official, person),
            now,
            key=f"{key}:{official.id}",
            kind=kind,
            case_id=case.id,
            values={"kabar": said, **more},
        )
