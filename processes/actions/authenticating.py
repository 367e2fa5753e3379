"""Registering an authenticator app: by the official himself, once his house or a second way to him
has vouched for him.

1. On the page of his own link he types a code that came by a second way, or that the cooperation
   office of his region handed to him. The link alone is not enough: whoever reads his mail has it.
2. He is shown the key of the app, once.
3. He types the first code of the app. From then on it counts, in place of an older one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from processes.actions.actor import Actor
from processes.actions.asking_code import REGISTERING
from processes.actions.finished import case_of
from processes.actions.proving import code_task, try_code, use_code
from processes.actions.task_entries import tell_of_task
from processes.actions.timers import caught_up
from processes.errors import CodeRefused, Gone
from processes.store import authenticators, confirmation_codes
from processes.store.tables import Authenticator, Person

if TYPE_CHECKING:
    from processes.office import Office


@dataclass(frozen=True, kw_only=True)
class NewApp:
    """An app that is being registered, as it is shown to its owner once."""

    id: str
    #: base 32
    key: str
    #: `otpauth://…`, for a square code
    address: str


def begin_app(office: Office, task_id: str, typed: str, *, actor: Actor, now: datetime) -> NewApp:
    """Show the official the key of a new app, for a code that vouches for him.

    Raises CodeRefused or CodeLocked, and NotFound, Gone, TaskClosed or Conflict as elsewhere.
    """
    if not typed.strip():
        raise CodeRefused("confirming.app_code_missing", missing=True)
    try_code(office, task_id, typed, actor=actor, now=now)
    digits = confirmation_codes.read_code(typed)
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task, official = code_task(session, office, task_id, actor)
        proof = use_code(session, office, case, task, official, digits, REGISTERING, now)
        person = session.get_one(Person, official.person_id)
        row = authenticators.begin(session, _words(proof), now, person_id=person.id)
        return shown(office, row, person.name)


def resume_app(office: Office, app_id: str) -> NewApp:
    """The same app again, for somebody whose request proved that he was shown it before."""
    with office.database.read() as session:
        row = session.get_one(Authenticator, app_id)
        if row.salt is None or row.confirmed_at is not None or row.person_id is None:
            raise Gone("confirming.app_over")
        return shown(office, row, session.get_one(Person, row.person_id).name)


def confirm_app(
    office: Office, task_id: str, app_id: str, typed: str, *, actor: Actor, now: datetime
) -> None:
    """Let the app count, when its first code is right; raises CodeRefused when it is not."""
    digits = confirmation_codes.read_code(typed)
    with caught_up(office, case_of(office, task_id), now) as (session, case):
        task, official = code_task(session, office, task_id, actor)
        row = session.get_one(Authenticator, app_id)
        if row.person_id != official.person_id:
            raise Gone("confirming.app_over")
        if not authenticators.confirm(session, office.secret, row, digits, now):
            raise CodeRefused("confirming.app_code_wrong")
        told = {"official": official.id, "vouched_by": row.vouched_by}
        tell_of_task(session, case, task, "app.registered", actor, now, told)


def shown(office: Office, row: Authenticator, name: str) -> NewApp:
    """An app as its owner is shown it, under his name."""
    return NewApp(
        id=row.id,
        key=authenticators.key_of(office.secret, row),
        address=authenticators.address_of(office.secret, row, name),
    )


def _words(proof: dict[str, Any]) -> str:
    """With what the registration was proved, for example "kode diserahkan Sari Contoh"."""
    return " ".join(str(proof[name]) for name in ("kind", "way", "by") if name in proof)
