"""A new case: its row, its parties and its first tasks, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.actions.act import Act
from processes.actions.actor import Actor
from processes.actions.bookkeeping import keep_books
from processes.actions.running import guarded
from processes.actions.wording import readable
from processes.engine.shapes import USUAL_ENTRY
from processes.errors import FieldError, KsddError
from processes.store.numbers import next_number
from processes.store.tables import (
    Case,
    CaseStatus,
    Party,
    ProcedureVersion,
    Region,
    Relation,
    new_id,
)

if TYPE_CHECKING:
    from processes.office import Office

#: partners one case may have; procedure.md: a case has 2 to 50 parties
MOST_PARTNERS = 49
MOST_TITLE = 300


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What a new case begins with."""

    version: ProcedureVersion
    #: codes, pemrakarsa first
    parties: Sequence[str]
    title: str
    #: `permohonan`, `surat_masuk` or `naskah_lama`
    entry: str = USUAL_ENTRY
    #: the case that it continues, and why
    parent: Case | None = None
    relation: Relation | None = None
    #: answers proposed for its tasks, by element
    proposed: Mapping[str, Any] = field(default_factory=dict)


def start_case(
    session: Session,
    office: Office,
    begins: Beginning,
    *,
    actor: Actor,
    now: datetime,
    quiet: bool = False,
) -> Case:
    """Write the case and its parties, and open its first tasks; `quiet` when they are finished in
    the same transaction, so that nobody need hear of them."""
    office.kept_calendar.read(session)
    case = _row(session, office, begins, now)
    session.add_all(
        Party(case_id=case.id, region_code=code, position=position)
        for position, code in enumerate(begins.parties)
    )
    procedure = office.procedure(session, begins.version.id)
    run = guarded(
        lambda: procedure.start(
            parties=begins.parties, now=now, calendar=office.calendar, entry=begins.entry
        )
    )
    act = Act(kind="case.opened", details=_told(begins))
    keep_books(session, office, case, run, act=act, actor=actor, now=now, quiet=quiet)
    return case


def _told(begins: Beginning) -> dict[str, Any]:
    """What the history keeps of the opening."""
    told: dict[str, Any] = {
        "title": begins.title,
        "parties": list(begins.parties),
        "version": begins.version.number,
    }
    if begins.entry != USUAL_ENTRY:
        told["entry"] = begins.entry
    if begins.parent is not None and begins.relation is not None:
        told |= {
            "relation": begins.relation.value,
            "parent": begins.parent.id,
            "parent_number": begins.parent.number,
        }
    return told


def _row(session: Session, office: Office, begins: Beginning, now: datetime) -> Case:
    region = begins.parties[0]
    case = Case(
        id=new_id(),
        number=_next_number(session, office, region, now),
        title=begins.title,
        version_id=begins.version.id,
        region_code=region,
        status=CaseStatus.RUNNING,
        entry=begins.entry,
        parent_id=begins.parent.id if begins.parent else None,
        relation=begins.relation,
        proposed=dict(begins.proposed) or None,
        state=b"",
        revision=0,
        history_seq=0,
        history_head="",
        failures=0,
        calendar_number=office.kept_calendar.number,
        opened_at=now,
    )
    session.add(case)
    session.flush()
    return case


def _next_number(session: Session, office: Office, region: str, now: datetime) -> str:
    """`KSDD/2026/0001`: the year is that of the region's zone; numbers leave no gap."""
    zone: ZoneInfo = office.calendar.zone(region)
    year = now.astimezone(zone).year
    return f"KSDD/{year}/{next_number(session, f'case:{year}'):04d}"


def checked_title(typed: str) -> str:
    """The title in its stored form; raises InvalidAnswers at `title`."""
    text = readable(typed, field="title", missing="errors.title_missing", limit=MOST_TITLE)
    return " ".join(text.split())


def wrong_parties(session: Session, region: str, parties: Sequence[str]) -> dict[str, KsddError]:
    """What is wrong with the regions of a new case, by field; empty when nothing is."""
    errors: dict[str, KsddError] = {}
    known = set(session.scalars(select(Region.code).where(Region.code.in_([region, *parties]))))
    if region not in known:
        errors["region"] = FieldError("errors.party_unknown", code=region)
    problem = _problem_with(parties, region, known)
    if problem is not None:
        errors["parties"] = problem
    return errors


def _problem_with(parties: Sequence[str], region: str, known: set[str]) -> KsddError | None:
    if not parties:
        return FieldError("errors.party_missing")
    if len(parties) > MOST_PARTNERS:
        return FieldError("errors.party_many", most=MOST_PARTNERS)
    seen = {region}
    for code in parties:
        if code in seen:
            return FieldError("errors.party_twice", code=code)
        if code not in known:
            return FieldError("errors.party_unknown", code=code)
        seen.add(code)
    return None
