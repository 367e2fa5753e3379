"""Rows as the machine API shows them (`contract.md`); the schemas of the same are in `schemas.py`.

Ids and codes are strings, days are ISO dates. The moments of a task carry the offset of its region,
so that a deadline reads as the 16:00 it is; all other moments are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from processes.store.agreements import status_on
from processes.store.questions import Agreement, Repair, Represented
from processes.store.tables import (
    Case,
    Document,
    History,
    Official,
    Paper,
    PaperResponse,
    Party,
    PartyReply,
    Person,
    ProcedureVersion,
    Task,
    TaskStatus,
    Whereabouts,
)
from webhooks.api.official_shapes import holder_of
from webhooks.case_facts import has_left
from webhooks.deadlines import is_provisional, warning_of


def case_line(
    case: Case, version: ProcedureVersion, parties: Sequence[Party], today: date
) -> dict[str, Any]:
    """A case without its tasks and documents; its `parties`, pemrakarsa first, are told by code."""
    return {
        "id": case.id,
        "number": case.number,
        "procedure": version.key,
        "version": version.number,
        "status": case.status.value,
        "end_reason": case.end_reason,
        "stage": case.stage,
        "stage_name": case.stage_name,
        "title": case.title,
        "category": case.category,
        "parties": [party.region_code for party in parties],
        "left": [party.region_code for party in parties if has_left(party, case)],
        "agreement": {
            "status": status_on(case, today).value,
            "starts_on": iso(case.agreement_starts_on),
            "ends_on": iso(case.agreement_ends_on),
        },
        "entry": case.entry,
        "relation": None if case.relation is None else case.relation.value,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": iso(case.closed_at),
    }


def linked_case(case: Case) -> dict[str, Any]:
    """A case that another one continues, or that continues another one."""
    return {
        "id": case.id,
        "number": case.number,
        "title": case.title,
        "relation": None if case.relation is None else case.relation.value,
        "status": case.status.value,
    }


def agreement(row: Agreement, today: date) -> dict[str, Any]:
    """One line of the register: what the document says, and how the agreement stands."""
    case, naskah = row.case, row.naskah
    ends = case.agreement_ends_on
    return {
        "case_id": case.id,
        "case_number": case.number,
        "title": case.title,
        "kind": naskah.kind,
        "category": case.category,
        "parties": list(row.parties),
        "numbers": dict(naskah.numbers),
        "signed_on": iso(naskah.signed_on),
        "starts_on": iso(case.agreement_starts_on),
        "ends_on": iso(ends),
        "status": status_on(case, today).value,
        "days_left": None if ends is None else max((ends - today).days, 0),
        "relation": None if case.relation is None else case.relation.value,
        "parent": None if row.parent is None else linked_case(row.parent),
        "parent_document": naskah.parent,
        "signatories": {code: asdict(found) for code, found in naskah.signatories.items()},
    }


def task_line(
    task: Task,
    holders: Sequence[tuple[Official, Person]],
    *,
    zone: ZoneInfo,
    now: datetime,
    paper: Paper | None = None,
    responses: Sequence[PaperResponse] = (),
    proposed: Mapping[str, Any] | None = None,
    represented: Mapping[tuple[str, str], Represented] = MappingProxyType({}),
    language: str = "id",
) -> dict[str, Any]:
    """A task without its form; `holder` is the first of those who may finish it, `represented` for
    whom each of them does, by task and official (ids)."""
    shown = [
        holder_of(official, person, represented.get((task.id, official.id)))
        for official, person in holders
    ]
    return {
        "id": task.id,
        "case_id": task.case_id,
        "element": task.element,
        "name": task.name,
        "stage": task.stage,
        "role": task.role,
        "region": task.region_code,
        "about": task.about,
        "holder": shown[0] if shown else None,
        "holders": shown,
        "preparer": task.preparer_role,
        "status": task.status.value,
        "opened_at": _local(task.opened_at, zone),
        "closed_at": _local(task.closed_at, zone),
        "due_at": _local(task.due_at, zone),
        "due_is_provisional": is_provisional(task),
        "due_warning": warning_of(task, language) or None,
        "paused_at": _local(task.paused_at, zone),
        "overdue": is_overdue(task, now),
        "done_by": task.done_by,
        "prepared": _prepared(task, zone),
        "proposed": dict(proposed) if proposed else None,
        "recorded": None if paper is None else _recorded(paper, responses, zone),
    }


def _prepared(task: Task, zone: ZoneInfo) -> dict[str, Any] | None:
    """Answers that wait for the holder's word, or that he gave back with a note."""
    if task.prepared is None or task.status is not TaskStatus.OPEN:
        return None
    return {
        "answers": task.prepared,
        "by": task.prepared_by,
        "at": _local(task.prepared_at, zone),
        "returned_note": task.returned_note,
    }


def _recorded(paper: Paper, responses: Sequence[PaperResponse], zone: ZoneInfo) -> dict[str, Any]:
    """The signed paper behind a finished task; its own date apart from the entry's moment."""
    return {
        "nomor": paper.number,
        "tanggal": paper.dated_on.isoformat(),
        "penanda_tangan": paper.signatory,
        "dokumen": paper.document_id,
        "by": paper.recorded_by,
        "region": paper.recorded_for,
        "at": _local(paper.recorded_at, zone),
        "responses": [
            {
                "region": each.region_code,
                "verdict": each.verdict.value,
                "note": each.note,
                "by": each.by,
                "at": _local(each.at, zone),
            }
            for each in responses
        ],
    }


def is_overdue(task: Task, now: datetime) -> bool:
    """Whether a task waits beyond its deadline at this very moment."""
    return task.status is TaskStatus.OPEN and task.due_at is not None and task.due_at < now


def place(row: Whereabouts) -> dict[str, Any]:
    """Where the physical document is from a day on."""
    return {
        "place": row.place,
        "since": row.since.isoformat(),
        "tracking_number": row.tracking_number,
        "note": row.note,
        "recorded_by": row.recorded_by,
        "recorded_at": row.recorded_at.isoformat(),
    }


def document(row: Document) -> dict[str, Any]:
    """A file's record; its bytes are at `/documents/{id}/content`."""
    return {
        "id": row.id,
        "sha256": row.sha256,
        "size": row.size,
        "media_type": row.media_type,
        "filename": row.filename,
        "case_id": row.case_id,
        "task_id": row.task_id,
        "field": row.field,
        "region": row.region_code,
        "uploaded_at": row.uploaded_at.isoformat(),
        "uploaded_by": row.uploaded_by,
        "scan": row.scan.value,
        "signatures": row.signatures,
    }


def reply(row: PartyReply) -> dict[str, Any]:
    """A signed reply that a partner handed in with its code."""
    return {
        "id": row.id,
        "case_id": row.case_id,
        "region": row.region_code,
        "status": row.status.value,
        "number": row.number,
        "dated_on": row.dated_on.isoformat(),
        "signatory": row.signatory,
        "document": row.document_id,
        "handed_in_by": row.handed_in_by,
        "handed_in_at": row.handed_in_at.isoformat(),
        "checked_by": row.checked_by,
        "checked_at": iso(row.checked_at),
        "note": row.note,
    }


def entry(row: History) -> dict[str, Any]:
    """One entry of a case's history, with the hash that chains it to the one before."""
    return {
        "seq": row.seq,
        "at": row.at.isoformat(),
        "kind": row.kind,
        "actor": row.actor,
        "details": row.details,
        "previous": row.previous,
        "hash": row.hash,
    }


def version(row: ProcedureVersion) -> dict[str, Any]:
    """A published version of an owner's folder."""
    return {
        "key": row.key,
        "number": row.number,
        "name": row.name,
        "note": row.note,
        "basis": row.basis,
        "gate_basis": row.gate_basis,
        "effective_on": iso(row.effective_on),
        "sha256": row.sha256,
        "published_at": row.published_at.isoformat(),
        "published_by": row.published_by,
        "asked_by": row.asked_by,
        "approved_by": row.approved_by,
    }


def repair(found: Repair) -> dict[str, Any]:
    """What was ordered for many things at once, and how far it is."""
    job = found.job
    return {
        "id": job.id,
        "act": job.act.value,
        "reason": job.reason,
        "authority": job.authority,
        "by": job.actor.get("name", ""),
        "asked_at": job.asked_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "total": found.total,
        "settled": found.settled,
    }


def iso(value: Any) -> str | None:
    """A day or moment as the API writes it."""
    return None if value is None else str(value.isoformat())


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat()
