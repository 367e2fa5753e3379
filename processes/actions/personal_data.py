"""What a person may ask of whoever keeps his data: all of them in one piece, and their removal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.officials import held
from processes.actions.wording import readable
from processes.errors import Conflict
from processes.store import people, people_log, personal_data
from processes.store.locks import lock_regions
from processes.store.people_log import About
from processes.store.tables import DataAct, PeopleAct, Person
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office


def export_person(
    office: Office, official_id: str, *, reason: str, viewer: Viewer, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Everything kept about the person behind an official, as JSON can hold it; that it was taken
    is recorded with the reason.

    Raises NotFound, InvalidAnswers, or Conflict when he also holds an office elsewhere: then only
    who acts for every one of his regions may take his data out.
    """
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        official, person = held(session, official_id, actor)
        _check_own(session, person, actor)
        people_log.note_access(
            session,
            DataAct.TAKEN,
            About(region=official.region_code, person=person.id),
            actor=actor.as_entry(),
            now=now,
            reason=why,
        )
        return {
            "made_at": now.isoformat(),
            "made_by": actor.name,
            **personal_data.gather(session, viewer, person),
        }


def erase_person(
    office: Office, official_id: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Put a pseudonym in the place of the name of somebody who left and holds no open task, and
    remove his NIP and addresses. What the history of cases says of him stays.

    Raises NotFound, InvalidAnswers, or Conflict that says why he is still needed.
    """
    why = readable(reason, field="reason", missing="errors.reason_missing", lines=True)
    with office.database.write() as session:
        official, person = held(session, official_id, actor)
        lock_regions(session, [official.region_code])
        _check_own(session, person, actor)
        kept = personal_data.why_kept(session, person)
        if kept is not None:
            raise Conflict(f"keeping.kept_{kept}")
        personal_data.erase(session, person, now)
        people_log.note(
            session,
            PeopleAct.ERASED,
            About(region=official.region_code, person=person.id, official=official.id),
            actor=actor.as_entry(),
            now=now,
            reason=why,
        )


def _check_own(session: Session, person: Person, actor: Actor) -> None:
    if people.offices_outside(session, person.id, actor.regions):
        raise Conflict("keeping.elsewhere")
