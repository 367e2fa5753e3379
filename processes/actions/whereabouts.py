"""Noting where the physical document lies: by itself, or with the answers of a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.engine.forms import Form
from processes.errors import FieldError, InvalidAnswers, KsddError, NotFound
from processes.store import history, questions, whereabouts
from processes.store.locks import lock_case
from processes.store.tables import Case, Task
from processes.store.whereabouts import Place

if TYPE_CHECKING:
    from processes.office import Office

MOST_PLACE, MOST_NUMBER = 300, 60
#: kinds of answers that name a place, and the number of a shipment to it
PLACE, SHIPMENT = "lokasi_naskah", "nomor_resi"


def note_place(office: Office, case_id: str, where: Place, *, actor: Actor, now: datetime) -> None:
    """Keep where the document of a case is from a day on; every party may tell it.

    Raises NotFound for a stranger and for a party that left, InvalidAnswers (`place`, `since`,
    `tracking_number`, `note`).
    """
    with office.database.write() as session:
        case = lock_case(session, case_id)
        parties = questions.parties_of_case(session, case_id)
        staying = [party.region_code for party in parties if party.left_at is None]
        if not any(actor.may_act_for(region) for region in staying):
            raise NotFound
        clean = _checked(where, office.calendar.today(now, case.region_code))
        _keep(session, case, clean, actor, now)


def note_from_answers(
    session: Session,
    office: Office,
    case: Case,
    task: Task,
    form: Form,
    answers: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the place that an answer names (kinds `lokasi_naskah` and `nomor_resi`)."""
    told = {field.jenis: answers.get(field.id) for field in form.fields}
    if told.get(PLACE):
        where = Place(
            place=str(told[PLACE])[:MOST_PLACE],
            since=office.calendar.today(now, task.region_code),
            tracking_number=str(told.get(SHIPMENT) or "")[:MOST_NUMBER],
        )
        _keep(session, case, where, actor, now)


def _keep(session: Session, case: Case, where: Place, actor: Actor, now: datetime) -> None:
    whereabouts.note(session, case.id, where, by=actor.name, now=now)
    details = {"name": where.place, "since": where.since.isoformat()}
    if where.tracking_number:
        details["tracking_number"] = where.tracking_number
    history.append(
        session, case, at=now, kind="case.whereabouts", actor=actor.as_entry(), details=details
    )


def _checked(where: Place, today: date) -> Place:
    errors: dict[str, KsddError] = {}
    texts: dict[str, str] = {}
    typed = (
        ("place", where.place, MOST_PLACE, False),
        ("tracking_number", where.tracking_number, MOST_NUMBER, False),
        ("note", where.note, 2000, True),
    )
    for name, text, limit, lines in typed:
        if not text and name != "place":
            texts[name] = ""
            continue
        try:
            texts[name] = readable(
                text, field=name, missing="errors.place_missing", limit=limit, lines=lines
            )
        except InvalidAnswers as found:
            errors |= found.fields
    if where.since > today:
        errors["since"] = FieldError("errors.place_later", today=today.isoformat())
    if errors:
        raise InvalidAnswers(errors)
    return Place(since=where.since, **texts)
