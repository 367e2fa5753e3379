"""Agreements: whether one binds on a given day, and what its document says.

The row of the case knows the decision and the term; the document is known from the answers to the
tasks that registered it and led to it. An owner's drawing says which those are by the end of their
ids, so that every procedure may number its stages as it likes: `tahap6_registrasi` and
`naskah_registrasi` both register a document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from processes.store.tables import (
    AgreementStatus,
    Case,
    CaseStatus,
    Paper,
    Party,
    Task,
    TaskStatus,
)

REQUEST, LETTER, OLD = "permohonan", "surat_masuk", "naskah_lama"
SCHEDULE, SIGNING, REGISTRATION = "jadwal", "tanda_tangan", "registrasi"
#: last words of the ids of tasks whose answers tell of the document
TELLING = (REQUEST, LETTER, OLD, SCHEDULE, SIGNING, REGISTRATION)


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """Who signed for a party; what nobody recorded is empty."""

    name: str
    position: str = ""
    #: `definitif`, `Plt`, `Plh`, `Pj` or `Pjs`
    status: str = ""
    #: decree by which an acting official was appointed
    appointment: str = ""
    #: power of attorney (number and date), for a PKS only
    power: str = ""


@dataclass(frozen=True, kw_only=True)
class Naskah:
    """What the document of an agreement says."""

    #: `kesepakatan_bersama`, `perjanjian_kerja_sama` or `adendum`; None when nobody recorded it
    kind: str | None = None
    #: by region code, one number per party
    numbers: Mapping[str, str] = field(default_factory=dict)
    signed_on: date | None = None
    #: by region code
    signatories: Mapping[str, Signatory] = field(default_factory=dict)
    #: the document that it changes or carries out, in words
    parent: str | None = None
    #: what the parties do together, in words
    scope: str | None = None
    #: the office of the pemrakarsa that proposed it
    proposed_by: str | None = None
    #: where the originals were put when it was registered
    originals: str | None = None
    #: ids of the documents that hold the signed text
    documents: tuple[str, ...] = ()
    #: ids of the pictures that belong to it
    pictures: tuple[str, ...] = ()


def status_on(case: Case, today: date) -> AgreementStatus:
    """`berakhir` from its end date on, even while its last reports are still awaited."""
    ends = case.agreement_ends_on
    if case.agreement_status is AgreementStatus.BERLAKU and ends is not None and ends <= today:
        return AgreementStatus.BERAKHIR
    return case.agreement_status


def ended_by_date(case: Case, today: date) -> bool:
    """Whether the agreement ran its full term, rather than being ended before."""
    return case.agreement_ends_on is not None and case.agreement_ends_on <= today


def last_words(element: str) -> str:
    """Which of `TELLING` the id of a task ends in; empty when in none."""
    return next((words for words in TELLING if f"_{element}".endswith(f"_{words}")), "")


def ends_in(*words: str) -> ColumnElement[bool]:
    """Whether the id of a task ends in one of these of `TELLING`, as a condition of a question."""
    return or_(
        *(Task.element == each for each in words),
        *(Task.element.endswith(f"_{each}", autoescape=True) for each in words),
    )


def naskah_of(
    tasks: Iterable[Task], papers: Mapping[str, Paper], zones: Mapping[str, str]
) -> Naskah:
    """The document of one case, from its finished tasks in their order.

    `papers` are those the tasks were recorded from, by task id; `zones` name each party's zone.
    """
    newest: dict[str, dict[str, Any]] = {}
    signed: dict[str, Task] = {}
    planned: dict[str, dict[str, Any]] = {}
    for task in tasks:
        answers, told = task.answers or {}, last_words(task.element)
        newest[told] = answers
        if told == SIGNING and answers.get("tanda_tangan") == "ditandatangani":
            signed[task.region_code] = task
        if told == SCHEDULE:
            planned |= _by_region(answers, planned)
    registered = newest.get(REGISTRATION) or newest.get(OLD) or {}
    asked = newest.get(REQUEST) or newest.get(LETTER) or newest.get(OLD) or {}
    days = [_signed_on(task, papers.get(task.id), zones) for task in signed.values()]
    if OLD in newest:
        days = [date.fromisoformat(newest[OLD]["tanggal_tanda_tangan"])]
        planned = _by_region(newest[OLD], {})
    return Naskah(
        kind=registered.get("jenis_naskah") or asked.get("jenis_naskah"),
        numbers=dict(registered.get("nomor") or {}),
        signed_on=max(days, default=None),
        signatories=_signatories(planned, signed, papers),
        parent=asked.get("naskah_induk"),
        scope=asked.get("ruang_lingkup"),
        proposed_by=asked.get("pd_pemrakarsa"),
        originals=registered.get("lokasi_asli"),
        documents=_documents(registered.get("naskah")),
        pictures=_documents(registered.get("foto")),
    )


def numbers_known(session: Session, regions: Collection[str]) -> dict[tuple[str, str], str]:
    """The numbers under which these regions have agreements here, each with its case's number; by
    region and number, without regard to blanks and capitals."""
    parties = select(Party.case_id).where(Party.region_code.in_(regions))
    registered = (
        select(Task.answers, Case.number)
        .join(Case, Case.id == Task.case_id)
        .where(ends_in(OLD, REGISTRATION), Task.status == TaskStatus.DONE)
        .where(Task.case_id.in_(parties))
    )
    entered = select(Case.proposed, Case.number).where(
        Case.id.in_(parties), Case.entry == "naskah_lama", Case.status == CaseStatus.RUNNING
    )
    told = [(answers, case) for answers, case in session.execute(registered)]
    told += [
        (answers, case)
        for known, case in session.execute(entered)
        for element, answers in (known or {}).items()
        if last_words(element) == OLD
    ]
    return {
        (code, " ".join(str(number).split()).casefold()): case
        for answers, case in told
        for code, number in ((answers or {}).get("nomor") or {}).items()
    }


def _documents(answer: Any) -> tuple[str, ...]:
    """The ids in an answer of one file, or of several."""
    files = answer if isinstance(answer, list) else [answer]
    return tuple(file["document"] for file in files if isinstance(file, dict))


def _by_region(
    answers: Mapping[str, Any], before: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What a schedule says of each party's signatory, over what an earlier one said."""
    found = {code: dict(said) for code, said in before.items()}
    for name in ("penanda_tangan", "jabatan", "status", "dasar_pengangkatan", "surat_kuasa"):
        for code, value in (answers.get(name) or {}).items():
            found.setdefault(code, {})[name] = value
    return found


def _signed_on(task: Task, paper: Paper | None, zones: Mapping[str, str]) -> date:
    """The day on the document; else that of the paper; else the day on which it was recorded."""
    said = (task.answers or {}).get("tanggal_tanda_tangan")
    if said:
        return date.fromisoformat(said)
    if paper is not None:
        return paper.dated_on
    return (task.closed_at or task.opened_at).astimezone(ZoneInfo(zones[task.region_code])).date()


def _signatories(
    planned: Mapping[str, Mapping[str, Any]],
    signed: Mapping[str, Task],
    papers: Mapping[str, Paper],
) -> dict[str, Signatory]:
    found = {}
    for code in {**planned, **signed}:
        said, task = planned.get(code, {}), signed.get(code)
        name = said.get("penanda_tangan") or (_signed_by(task, papers) if task else "")
        if name or said:
            found[code] = Signatory(
                name=name,
                position=said.get("jabatan", ""),
                status=said.get("status", ""),
                appointment=said.get("dasar_pengangkatan", ""),
                power=said.get("surat_kuasa", ""),
            )
    return found


def _signed_by(task: Task, papers: Mapping[str, Paper]) -> str:
    """Who signed by the paper it was recorded from, or the official who said so himself."""
    paper = papers.get(task.id)
    if paper is not None:
        return paper.signatory
    return task.done_by or "" if task.done_by_person_id else ""
