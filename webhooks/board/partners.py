"""Partners without officials on the case page: what can be printed, revoked and checked there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from processes.actions.letter_facts import asked
from processes.store import codes, questions
from processes.store.questions.people import Holder
from processes.store.regions import find_region
from processes.store.tables import Case, CaseStatus, Region
from processes.store.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class PartnerRow:
    """A partner for whom the pemrakarsa can do something here."""

    code: str
    name: str
    #: whether it has no official while a task of it waits
    may_print: bool
    #: how many of its codes work
    living: int
    #: whom it named with a code
    named: Sequence[Holder]


@dataclass(frozen=True, kw_only=True)
class ReplyRow:
    """A signed reply, as the list of the case shows it."""

    id: str
    region: str
    number: str
    dated_on: date
    signatory: str
    status: str
    note: str
    by: str
    at: datetime
    zone: ZoneInfo
    document: str
    checked_by: str


@dataclass(frozen=True, kw_only=True)
class TriedAct:
    """An act of this page that could not be done, to be shown at its form."""

    #: endpoint and region, or the reply's id
    form: str
    error: str
    #: the reason that was typed
    reason: str = ""
    #: what else was typed, by the name of its input
    typed: Mapping[str, str] = field(default_factory=dict)


def partner_rows(session: Session, viewer: Viewer, case: Case) -> list[PartnerRow]:
    """The partners without officials of a running case of the viewer's own region."""
    is_ours = viewer.regions is None or case.region_code in viewer.regions
    if not is_ours or case.status is not CaseStatus.RUNNING:
        return []
    partners = [
        party.region_code
        for party in questions.parties_of_case(session, case.id)[1:]
        if party.left_at is None
    ]
    unmanned = questions.without_contact(session, partners)
    living = codes.living_codes(session, case.id)
    rows = [
        PartnerRow(
            code=code,
            name=find_region(session, code).name,
            may_print=code in unmanned and bool(asked(session, case, code)),
            living=living.get(code, 0),
            named=questions.contacts_by_code(session, case.id, code),
        )
        for code in partners
    ]
    return [row for row in rows if row.may_print or row.living or row.named]


def reply_rows(
    session: Session, viewer: Viewer, case: Case, regions: Mapping[str, Region]
) -> list[ReplyRow]:
    """The signed replies that the viewer may see, the newest first."""
    return [
        ReplyRow(
            id=reply.id,
            region=regions[reply.region_code].name,
            number=reply.number,
            dated_on=reply.dated_on,
            signatory=reply.signatory,
            status=reply.status.value,
            note=reply.note,
            by=reply.handed_in_by,
            at=reply.handed_in_at,
            zone=ZoneInfo(regions[reply.region_code].zone),
            document=reply.document_id,
            checked_by=reply.checked_by or "",
        )
        for reply in questions.replies_of_case(session, viewer, case.id)
    ]
