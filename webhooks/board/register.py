"""The register of agreements as the board shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from flask import request
from sqlalchemy.orm import Session

from processes.engine.shapes import OLD_ENTRY
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
    #: what the parties do together
    scope: str
    #: the office of the pemrakarsa that proposed it; empty when nobody said
    proposed_by: str
    #: where the originals lie; empty when nobody noted it
    originals: str
    #: how it came into the register, and how it ended
    source: str
    remarks: str
    #: the documents that hold the signed text: id and name
    documents: Sequence[tuple[str, str]]
    #: the pictures that belong to it: id and name
    pictures: Sequence[tuple[str, str]]


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
    #: what the address of a file with the same lines has to say
    address: Mapping[str, str]


def read_register(
    session: Session, viewer: Viewer, wanted: Wanted, page: int, now: datetime
) -> Register:
    """The agreements that the viewer may see and the filters leave."""
    regions = questions.regions_by_code(session)
    filters, problem = filters_of(wanted, regions)
    found = questions.page_of_agreements(session, viewer, filters, page=page, now=now)
    return Register(
        rows=rows_of(session, viewer, found.items, regions, now),
        total=found.total,
        page=page,
        has_more=found.total > page * PAGE_SIZE,
        regions=list(regions.values()),
        statuses=[status.value for status in STATUSES],
        problem=problem,
        address={name: value for name, value in asdict(wanted).items() if value},
    )


def filters_of(wanted: Wanted, regions: Mapping[str, Region]) -> tuple[AgreementFilters, str]:
    """What the filters ask for, and what is wrong with the region."""
    code, problem = code_of(wanted.region, regions)
    filters = AgreementFilters(
        region=code or None,
        status=AgreementStatus(wanted.status) if wanted.status else None,
        ending_before=iso(wanted.ending) if wanted.ending else None,
    )
    return filters, problem


def code_of(typed: str, regions: Mapping[str, Region]) -> tuple[str, str]:
    """The code of a region as typed, and what is wrong with it."""
    if not typed:
        return "", ""
    first = typed.split(maxsplit=1)[0]
    named = (code for code, region in regions.items() if region.name.casefold() == typed.casefold())
    code = first if first in regions else next(named, "")
    return code, "" if code else text("region_unknown", name=typed[:80])


def rows_of(
    session: Session,
    viewer: Viewer,
    found: Sequence[Agreement],
    regions: Mapping[str, Region],
    now: datetime,
) -> list[RegisterRow]:
    """Agreements as lines of the register."""
    wanted = [each for row in found for each in (*row.naskah.documents, *row.naskah.pictures)]
    names = questions.document_names(session, viewer, wanted)
    return [_row(each, regions, names, now) for each in found]


def _row(
    found: Agreement, regions: Mapping[str, Region], names: Mapping[str, str], now: datetime
) -> RegisterRow:
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
        scope=naskah.scope or "",
        proposed_by=naskah.proposed_by or "",
        originals=found.originals,
        source=text(f"register_source_{'old' if case.entry == OLD_ENTRY else 'case'}"),
        remarks=_remarks(case, status),
        documents=[(each, names[each]) for each in naskah.documents if each in names],
        pictures=[(each, names[each]) for each in naskah.pictures if each in names],
    )


def _remarks(case: Case, status: AgreementStatus) -> str:
    """Why it ended, where it ended before its day."""
    if status is AgreementStatus.BERLAKU or case.end_reason in (None, "selesai"):
        return ""
    return text("register_ended", reason=str(case.end_reason).replace("_", " "))


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
