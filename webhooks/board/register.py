"""The register of agreements as the board shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import request
from sqlalchemy.orm import Session

from processes.store import questions
from processes.store.agreements import Signatory, status_on
from processes.store.questions import PAGE_SIZE, Agreement, AgreementFilters
from processes.store.tables import AgreementStatus, Case, Region
from processes.store.viewer import Viewer
from webhooks.current import office
from webhooks.language import text
from webhooks.rendering import iso

STATUSES = (AgreementStatus.BERLAKU, AgreementStatus.BERAKHIR)
#: days before its end from which on an agreement is shown as near to it
NEAR = 90


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the filters above the register say, as typed."""

    region: str = ""
    status: str = ""
    ending: str = ""

    @classmethod
    def from_request(cls) -> Wanted:
        """The filters in the address; what makes no sense does not narrow."""
        status = request.args.get("status", "")
        return cls(
            region=request.args.get("region", "").strip()[:100],
            status=status if status in set(STATUSES) else "",
            ending=request.args.get("ending", "")[:10],
        )


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A party's number and who signed for it."""

    region: str
    #: empty when it was not recorded
    number: str
    #: for example "Ade Contoh, Bupati (Plt)"; empty when it was not recorded
    signatory: str
    #: power of attorney; empty without one
    power: str


@dataclass(frozen=True, kw_only=True)
class RegisterRow:
    """One agreement."""

    case_id: str
    case_number: str
    title: str
    #: what kind of document, in the reader's language
    kind: str
    category: str
    parties: Sequence[Signed]
    signed_on: date | None
    starts_on: date | None
    ends_on: date | None
    status: str
    tone: str
    #: for example "sisa 120 hari"; empty once it has ended
    left: str
    parent: Case | None
    #: the parent document in words, when its case is not here
    parent_document: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """One page of the register with its filters."""

    rows: Sequence[RegisterRow]
    total: int
    page: int
    has_more: bool
    regions: Sequence[Region]
    statuses: Sequence[str]
    #: what cannot be taken of the filters; empty when all can
    problem: str


def read_register(
    session: Session, viewer: Viewer, wanted: Wanted, page: int, now: datetime
) -> Register:
    """The agreements that the viewer may see and the filters leave."""
    regions = questions.regions_by_code(session)
    code, problem = code_of(wanted.region, regions)
    filters = AgreementFilters(
        region=code or None,
        status=AgreementStatus(wanted.status) if wanted.status else None,
        ending_before=iso(wanted.ending) if wanted.ending else None,
    )
    found = questions.page_of_agreements(session, viewer, filters, page=page, now=now)
    return Register(
        rows=[_row(each, regions, now) for each in found.items],
        total=found.total,
        page=page,
        has_more=found.total > page * PAGE_SIZE,
        regions=list(regions.values()),
        statuses=[status.value for status in STATUSES],
        problem=problem,
    )


def code_of(typed: str, regions: Mapping[str, Region]) -> tuple[str, str]:
    """The code of a region as typed, and what is wrong with it."""
    if not typed:
        return "", ""
    first = typed.split(maxsplit=1)[0]
    named = (code for code, region in regions.items() if region.name.casefold() == typed.casefold())
    code = first if first in regions else next(named, "")
    return code, "" if code else text("region_unknown", name=typed[:80])


def _row(found: Agreement, regions: Mapping[str, Region], now: datetime) -> RegisterRow:
    case, naskah = found.case, found.naskah
    today = office().calendar.today(now, case.region_code)
    status, ends = status_on(case, today), case.agreement_ends_on
    runs = status is AgreementStatus.BERLAKU
    days = (ends - today).days if runs and ends is not None else None
    return RegisterRow(
        case_id=case.id,
        case_number=case.number,
        title=case.title,
        kind=text(f"kind_{naskah.kind}") if naskah.kind else text("kind_unknown"),
        category=case.category or text("unknown"),
        parties=[
            Signed(
                region=regions[code].name,
                number=naskah.numbers.get(code, ""),
                signatory=_signatory(naskah.signatories.get(code)),
                power=naskah.signatories[code].power if code in naskah.signatories else "",
            )
            for code in found.parties
        ],
        signed_on=naskah.signed_on,
        starts_on=case.agreement_starts_on,
        ends_on=ends,
        status=status.value,
        tone=_tone(days) if runs else "info",
        left="" if days is None else text("register_days_left", count=days),
        parent=found.parent,
        parent_document=naskah.parent or "",
    )


def _tone(days: int | None) -> str:
    return "soon" if days is not None and days <= NEAR else "good"


def _signatory(found: Signatory | None) -> str:
    """Name, office, and how the office was held unless it was in full."""
    if found is None:
        return ""
    acting = found.status if found.status not in ("", "definitif") else ""
    office_held = f"{acting}. {found.position}".strip(". ") if acting else found.position
    decree = f"({found.appointment})" if found.appointment else ""
    named = ", ".join(part for part in (found.name, office_held) if part)
    return " ".join(part for part in (named, decree) if part)
