"""Which proof of person a task asks for when it is finished (property `jaminan`), and checking it.

- `tautan`: the link that was sent to the holder.
- `tautan+kode`: beside it a one-time code, a code of his authenticator app, or one that the
  cooperation office of his own region handed to him.
- `masuk`: beside it a session of his own account.

Machines with a token answer for what they do, and what is recorded from a signed paper is proved by
the paper; neither is asked for more. A wrong code is counted in a transaction of its own, so that
many tries at once are counted too; before it only the answers are looked at, because beside bad
ones no code is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.authority import holder_for
from processes.actions.finished import closed, digest_of
from processes.actions.second_channel import LINK, SIGNED_IN, WITH_CODE
from processes.actions.shown import read_shown
from processes.actions.task_entries import tell_of_task
from processes.errors import (
    CodeLocked,
    CodeRefused,
    Conflict,
    Gone,
    InvalidAnswers,
    SignInNeeded,
)
from processes.store import authenticators, confirmation_codes
from processes.store.locks import lock_case
from processes.store.tables import Case, CodeWay, ConfirmationCode, Official, Task, TaskStatus

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class ProofGiven:
    """What somebody gives beside his link, as it came."""

    #: what he typed as his code
    code: str = ""
    #: the person (id) whose session the request carries
    signed_in_as: str | None = None


NO_PROOF = ProofGiven()


@dataclass(frozen=True, kw_only=True)
class Proving:
    """The proof that acts on the tasks of one locked case ask for."""

    session: Session
    office: Office
    case: Case
    actor: Actor
    given: ProofGiven
    now: datetime

    def prove(
        self, task: Task, official: Official | None, answers: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The proof as the history keeps it; codes are used up by it. None when the clock acts.

        Raises CodeRefused, CodeLocked or SignInNeeded.
        """
        if self.actor.kind == "token":
            return {"kind": "sistem", "by": self.actor.name}
        if self.actor.kind != "official" or official is None:
            return None
        if task.assurance == SIGNED_IN:
            return self._signed_in(official)
        if task.assurance == WITH_CODE:
            return self._with_code(task, official, digest_of(answers))
        return {"kind": LINK}

    def _signed_in(self, official: Official) -> dict[str, Any]:
        if self.given.signed_in_as != official.person_id:
            raise SignInNeeded
        return {"kind": SIGNED_IN}

    def _with_code(self, task: Task, official: Official, about: str) -> dict[str, Any]:
        typed = confirmation_codes.read_code(self.given.code)
        if not self.given.code.strip():
            raise CodeRefused("confirming.code_missing", missing=True)
        proof = use_code(
            self.session, self.office, self.case, task, official, typed, about, self.now
        )
        confirmation_codes.end_all(self.session, task.id, self.now)
        confirmation_codes.forgive(self.session, task.id, official.id)
        return proof


def use_code(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    official: Official,
    typed: str,
    about: str,
    now: datetime,
) -> dict[str, Any]:
    """Use a right code up, as proof for `about`; raises CodeLocked, or CodeRefused when it is none,
    or is one for something that has changed since."""
    refuse_locked(session, office, task, official.id, now)
    if len(typed) == authenticators.DIGITS:
        app = authenticators.of_person(session, official.person_id)
        if not authenticators.use(session, office.secret, app, typed, now):
            raise CodeRefused("confirming.code_wrong")
        return {"kind": "totp"}
    row = confirmation_codes.find(
        session, office.secret, typed, task_id=task.id, official_id=official.id, now=now
    )
    if row is None:
        raise CodeRefused("confirming.code_wrong")
    shown = read_shown(session, case, task, official)
    if row.bound_to != shown.bound_to("" if row.way is CodeWay.HANDED else about):
        raise CodeRefused("confirming.code_stale", stale=True)
    row.ended_at, row.salt = now, None
    session.flush()
    return _about(row)


def try_code(
    office: Office,
    task_id: str,
    typed: str,
    answers: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Count a code that is wrong, durably; raises CodeRefused or CodeLocked then.

    One that is right for the official and the task passes, whatever it is bound to: it is looked at
    again where it is used. False when the `answers` beside it cannot be taken: then the code was
    not looked at, costs no try, and must not be looked at later either.
    """
    if actor.kind != "official" or actor.official_id is None:
        return True
    digits = confirmation_codes.read_code(typed)
    with office.database.write() as session:
        task = session.get_one(Task, task_id)
        case = lock_case(session, task.case_id)
        session.refresh(task)
        official = session.get_one(Official, actor.official_id)
        if task.status is not TaskStatus.OPEN or task.assurance != WITH_CODE:
            return True
        refuse_locked(session, office, task, official.id, now)
        if answers is not None and not _may_be_taken(session, office, case, task, answers, now):
            return False
        if _is_right(session, office, task, official, digits, now):
            return True
        left = confirmation_codes.note_wrong(session, task.id, official.id, now)
        if not left:
            _tell_locked(session, case, task, actor, now)
    if not left:
        raise _locked(office, task, now + confirmation_codes.LOCKED, now)
    raise CodeRefused("confirming.code_wrong_left", wrong=True, left=left)


def code_task(
    session: Session, office: Office, task_id: str, actor: Actor
) -> tuple[Task, Official]:
    """An open task that asks for a code, as it stands now, and the official who holds it.

    Raises Gone, TaskClosed, or Conflict when it asks for none.
    """
    task = session.get_one(Task, task_id, populate_existing=True)
    official = holder_for(session, task, actor)
    if official is None:
        raise Gone
    if task.status is not TaskStatus.OPEN:
        raise closed(session, office, task)
    if task.assurance != WITH_CODE:
        raise Conflict("confirming.no_code_wanted")
    return task, official


def refuse_locked(
    session: Session, office: Office, task: Task, official_id: str, now: datetime
) -> None:
    """Raise CodeLocked while no code of the official is taken for the task."""
    until = confirmation_codes.locked_until(session, task.id, official_id, now)
    if until is not None:
        raise _locked(office, task, until, now)


def _locked(office: Office, task: Task, until: datetime, now: datetime) -> CodeLocked:
    zone = office.calendar.zone(task.region_code)
    seconds = ceil((until - now).total_seconds())
    return CodeLocked(until=until.astimezone(zone).strftime("%H.%M"), seconds=seconds)


def _may_be_taken(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    answers: Mapping[str, Any],
    now: datetime,
) -> bool:
    context = office.form_context(session, task, now)
    try:
        office.shape_of(session, case, task).form.check(answers, context=context)
    except InvalidAnswers:
        return False
    return True


def _is_right(
    session: Session, office: Office, task: Task, official: Official, digits: str, now: datetime
) -> bool:
    if len(digits) == authenticators.DIGITS:
        return authenticators.is_right(session, office.secret, official.person_id, digits, now)
    found = confirmation_codes.find(
        session, office.secret, digits, task_id=task.id, official_id=official.id, now=now
    )
    return found is not None


def _tell_locked(session: Session, case: Case, task: Task, actor: Actor, now: datetime) -> None:
    tries = {"tries": confirmation_codes.MOST_WRONG}
    tell_of_task(session, case, task, "code.locked", actor, now, tries)


def _about(row: ConfirmationCode) -> dict[str, Any]:
    """A code as proof: how it came, who gave it, and whether it is weak."""
    proof: dict[str, Any] = {"kind": "kode", "way": row.way.value}
    if row.given_by:
        proof["by"] = row.given_by
    if row.way is CodeWay.SAME_MAIL:
        proof["weak"] = True
    return proof
