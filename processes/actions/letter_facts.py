"""What stands in a letter package: facts of the case as far as the partner was sent them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.roles import HEAD, SHEPHERD
from processes.engine.forms import Field
from processes.engine.procedure import Procedure
from processes.engine.stapling import pages_of
from processes.sentences.dates import moment, short
from processes.store import questions
from processes.store.file_names import PDF
from processes.store.regions import head_of
from processes.store.tables import Case, Document, Region, Task, TaskStatus
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office

#: answers that the summary shows, where the case has them and the partner was sent them
SUMMARY = (
    "objek",
    "maksud_tujuan",
    "ruang_lingkup",
    "lokasi",
    "manfaat",
    "jangka_waktu_bulan",
    "jenis_naskah",
)
#: letters of an answer that the summary shows
MOST_SHOWN = 1200
#: pages bound behind the letter; a document that would exceed them is sent apart
MOST_PAGES = 200


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A document that the partner was sent."""

    document: Document
    #: which field of which task it answered
    label: str
    #: where its bytes lie when it is bound behind the letter
    path: Path | None


def asked(session: Session, case: Case, region: str) -> list[Task]:
    """The open tasks of a region in a case."""
    tasks = questions.tasks_of_case(session, Viewer.of_region(region), case.id)
    return [t for t in tasks if t.status is TaskStatus.OPEN and t.region_code == region]


def attachments(session: Session, office: Office, case: Case, partner: Region) -> list[Attachment]:
    """What the partner was sent by others, the newest of each kind, in the order it came."""
    viewer = Viewer.of_region(partner.code)
    tasks = {t.id: t for t in questions.tasks_of_case(session, viewer, case.id)}
    newest: dict[tuple[str, str, str], Document] = {}
    for document in questions.documents_of_case(session, viewer, case.id):
        task = tasks.get(document.task_id or "")
        sent = task is not None and document.region_code != partner.code
        if task is not None and sent and questions.may_leave(document, viewer):
            newest[task.element, task.region_code, document.field or ""] = document
    procedure = office.procedure(session, case.version_id)
    room, found = MOST_PAGES, []
    for document in sorted(newest.values(), key=lambda d: (d.uploaded_at, d.id)):
        task = tasks[document.task_id or ""]
        path = office.blobs.path(document.sha256)
        pages = pages_of(path) if document.media_type == PDF else None
        is_bound = pages is not None and pages <= room
        room -= pages or 0 if is_bound else 0
        found.append(
            Attachment(
                document=document,
                label=_label(office, procedure, task, document.field or ""),
                path=path if is_bound else None,
            )
        )
    return found


def _label(office: Office, procedure: Procedure, task: Task, field: str) -> str:
    shape = procedure.shapes.get(task.element)
    labels = {f.id: f.label for f in shape.form.fields} if shape else {}
    return f"{office.titled(task)}: {labels.get(field, field)}".rstrip(": ")


def facts_of(
    session: Session,
    office: Office,
    case: Case,
    partner: Region,
    attached: Sequence[Attachment],
    now: datetime,
) -> dict[str, Any]:
    """What the template may show (`processes/README.md` names it); everything is text or a list."""
    sender = session.get_one(Region, case.region_code)
    viewer = Viewer.of_region(partner.code)
    tasks = questions.tasks_of_case(session, viewer, case.id)
    regions = [
        session.get_one(Region, party.region_code).name
        for party in questions.parties_of_case(session, case.id)
        if party.left_at is None
    ]
    today = office.calendar.today(now, sender.code)
    procedure = office.procedure(session, case.version_id)
    return {
        "tanggal": short(today),
        "pengirim": signatory(session, sender),
        "kepada": {"jabatan": head_of(partner), "daerah": partner.name},
        "perkara": {
            "nomor": case.number,
            "judul": case.title,
            "para_pihak": regions,
            "ringkasan": _summary(procedure, tasks),
        },
        "surat": _request([t for t in tasks if t.region_code == sender.code]),
        "tugas": [
            {
                "nama": office.titled(task),
                "tenggat": moment(task.due_at, office.calendar.zone(partner.code))
                if task.due_at
                else "",
                "dasar": task.basis,
                "sementara": task.due_is_provisional,
            }
            for task in asked(session, case, partner.code)
        ],
        "narahubung": house_contact(session, sender),
        "dokumen": [
            {
                "nama": a.document.filename,
                "keterangan": a.label,
                "sidik": a.document.sha256,
                "dilampirkan": a.path is not None,
            }
            for a in attached
        ],
    }


def signatory(session: Session, region: Region) -> dict[str, str]:
    """Who signs letters of a region: its head, whose name may be unknown."""
    for official, person in questions.holders_of(session, region.code, HEAD):
        return {"daerah": region.name, "jabatan": official.position, "nama": person.name}
    return {"daerah": region.name, "jabatan": head_of(region), "nama": ""}


def house_contact(session: Session, region: Region) -> dict[str, str]:
    """Whom another house asks about a letter; every part may be empty."""
    found = {"nama": "", "jabatan": "", "telepon": "", "surel": ""}
    for official, person in questions.holders_of(session, region.code, SHEPHERD)[:1]:
        found = {
            "nama": person.name,
            "jabatan": official.position,
            "telepon": person.phone or "",
            "surel": person.email or "",
        }
    return found


def _request(tasks: Sequence[Task]) -> dict[str, str]:
    """Number and date of the newest letter that the partner was sent in this case."""
    for task in reversed(tasks):
        answers = task.answers or {}
        if answers.get("nomor_surat"):
            return {"nomor": answers["nomor_surat"], "tanggal": _day(answers.get("tanggal_surat"))}
    return {"nomor": "", "tanggal": ""}


def _day(iso: Any) -> str:
    try:
        return short(date.fromisoformat(str(iso)))
    except ValueError:
        return ""


def _summary(procedure: Procedure, tasks: Sequence[Task]) -> list[dict[str, str]]:
    """The newest answer to each question of the summary, in the owner's words."""
    found: dict[str, dict[str, str]] = {}
    for task in tasks:
        shape = procedure.shapes.get(task.element)
        for field in shape.form.fields if shape else ():
            value = (task.answers or {}).get(field.id)
            if field.id in SUMMARY and value is not None:
                found[field.id] = {"nama": field.label, "isi": _in_words(field, value)}
    return [found[name] for name in SUMMARY if name in found]


def _in_words(field: Field, value: Any) -> str:
    text = dict(field.options).get(str(value), str(value))
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
