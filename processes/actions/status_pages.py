"""Letting others look at how a case stands, and ending that; for the region that opened it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.wording import readable
from processes.errors import FieldError, InvalidAnswers, NotAllowed, NotFound
from processes.sentences import say
from processes.sentences.dates import day
from processes.store import history, questions, status_links
from processes.store.locks import lock_case
from processes.store.tables import Case, Region, StatusLink

if TYPE_CHECKING:
    from processes.office import Office

#: days that a link lives at most, and when nobody says otherwise
LONGEST, USUAL = timedelta(days=366), timedelta(days=90)


def open_status_page(
    office: Office,
    case_id: str,
    *,
    region: str | None,
    ends_on: date | None,
    actor: Actor,
    now: datetime,
) -> str:
    """The token of a new link, for a party (`region`), or for everybody (None), until a day.

    Raises NotFound for strangers, NotAllowed for any region but the one that opened the case,
    InvalidAnswers (`region`, `ends_on`).
    """
    with office.database.write() as session:
        case = _case(session, case_id, actor)
        today = office.calendar.today(now, case.region_code)
        _check(session, case, region, ends_on, today)
        last = ends_on or today + USUAL
        row, token = status_links.create(
            session, case.id, region=region, ends_on=last, by=actor.name, now=now
        )
        details = {"status_link": row.id, "name": _audience(session, row)}
        history.append(
            session, case, at=now, kind="status.opened", actor=actor.as_entry(), details=details
        )
        return token


def close_status_page(
    office: Office, case_id: str, link_id: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Let a link work no more; NotFound when the case has no such living link."""
    why = readable(reason, field="reason", missing="errors.reason_missing")
    with office.database.write() as session:
        case = _case(session, case_id, actor)
        row = session.get(StatusLink, link_id)
        if row is None or row.case_id != case.id or row.revoked_at is not None:
            raise NotFound
        row.revoked_at = now
        details = {"status_link": row.id, "name": f"{_audience(session, row)}: {why}"}
        history.append(
            session, case, at=now, kind="status.closed", actor=actor.as_entry(), details=details
        )


def _case(session: Session, case_id: str, actor: Actor) -> Case:
    case = lock_case(session, case_id)
    parties = [party.region_code for party in questions.parties_of_case(session, case.id)]
    if not any(actor.may_act_for(code) for code in parties):
        raise NotFound
    if not actor.may_act_for(case.region_code):
        raise NotAllowed("acts.status_not_yours")
    return case


def _check(
    session: Session, case: Case, region: str | None, ends_on: date | None, today: date
) -> None:
    errors = {}
    if region is not None:
        parties = questions.parties_of_case(session, case.id)
        if region not in [p.region_code for p in parties[1:] if p.left_at is None]:
            errors["region"] = FieldError("acts.status_no_partner")
    if ends_on is not None and not today <= ends_on <= today + LONGEST:
        errors["ends_on"] = FieldError("acts.status_day", last=day(today + LONGEST))
    if errors:
        raise InvalidAnswers(errors)


def _audience(session: Session, row: StatusLink) -> str:
    """For whom it is and until when, for example "umum, sampai 30 Juli 2026"."""
    who = say("acts.status_public")
    if row.region_code is not None:
        who = session.get_one(Region, row.region_code).name
    return say("acts.status_until", who=who, day=day(row.ends_on))
