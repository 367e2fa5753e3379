"""An addendum that lets its agreement run longer: the end of the first case moves with it."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions import alarms
from processes.actions.actor import Actor
from processes.actions.running import guarded, resume
from processes.engine.extending import extend_agreement
from processes.errors import CaseIncident
from processes.store import history, questions
from processes.store.locks import lock_case
from processes.store.tables import AgreementStatus, Case, Relation

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

#: cases whose document changes that of the case before
CHANGING = frozenset({Relation.ADDENDUM, Relation.WIDENING})
#: answer with which a form says that an addendum leaves the term of the agreement as it is
EXTENDS = "memperpanjang_induk"


def extend_parent(
    session: Session, office: Office, addendum: Case, *, actor: Actor, now: datetime
) -> None:
    """Move the end of the agreement that a case changes, with its warnings, when the addendum that
    just came into force ends later.

    Not when a form of the addendum was answered `memperpanjang_induk`: no, nor when the agreement
    had ended before the addendum began.
    """
    if addendum.parent_id is None or addendum.relation not in CHANGING:
        return
    parent = lock_case(session, addendum.parent_id)
    before, until = parent.agreement_ends_on, addendum.agreement_ends_on
    starts = addendum.agreement_starts_on
    if before is None or until is None or starts is None or not starts <= before < until:
        return
    if parent.agreement_status is not AgreementStatus.BERLAKU or _keeps_the_term(session, addendum):
        return
    parent.agreement_ends_on = until
    words = office.procedure(session, parent.version_id).defaults.get("pengingat_akhir", "")
    alarms.plan_agreement_end(session, office, parent, words, now)
    try:
        run = resume(session, office, parent, now)
        guarded(lambda: extend_agreement(run, until))
        parent.state, parent.next_timer_at = run.save(), run.next_timer
    except CaseIncident as fault:
        # a diagram that cannot be read must not keep the addendum out of force
        log.warning("flow keeps its end: %s", fault.say(), extra={"case": parent.id})
    parent.revision += 1
    history.append(
        session,
        parent,
        at=now,
        kind="agreement.extended",
        actor=actor.as_entry(),
        details={
            "before": before.isoformat(),
            "after": until.isoformat(),
            "case": addendum.id,
            "number": addendum.number,
        },
    )


def _keeps_the_term(session: Session, addendum: Case) -> bool:
    answers = questions.answers_by_element(session, addendum.id).values()
    said = [given[EXTENDS] for given in answers if given.get(EXTENDS) is not None]
    return bool(said) and said[-1] is False
