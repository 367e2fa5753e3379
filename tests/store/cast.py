"""The cast of the store's tests: Bogor asks Sukabumi and Cianjur; Badung is a stranger to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.store import procedures
from processes.store.people import make_official
from processes.store.tables import (
    Case,
    Document,
    Official,
    Party,
    Person,
    ProcedureVersion,
    Task,
    TaskStatus,
    new_id,
)

BOGOR, SUKABUMI, CIANJUR, BADUNG = "32.01", "32.02", "32.03", "51.03"


def a_version(session: Session, now: datetime) -> ProcedureVersion:
    """The newest version of the procedure, made when there is none."""
    found = session.scalar(select(ProcedureVersion))
    return found or procedures.save_version(
        session,
        key="ksdd",
        name="Kerja Sama Daerah",
        files={"ksdd.bpmn": b"<definitions/>"},
        note="pertama",
        published_by="pemilik",
        now=now,
    )


def a_case(
    session: Session,
    now: datetime,
    parties: Sequence[str] = (BOGOR, SUKABUMI, CIANJUR),
    **values: Any,
) -> Case:
    """A running case of these parties, pemrakarsa first."""
    identity = new_id()
    case = Case(
        id=identity,
        title=values.pop("title", "Pelayanan publik di perbatasan"),
        number=values.pop("number", f"KSDD/2026/{identity[:6]}"),
        version_id=a_version(session, now).id,
        region_code=parties[0],
        state=b"{}",
        opened_at=now,
        **{"stage": 1, "stage_name": "Permohonan", **values},
    )
    session.add(case)
    session.flush()
    for position, code in enumerate(parties):
        session.add(Party(case_id=case.id, region_code=code, position=position))
    session.flush()
    return case


def a_task(session: Session, case: Case, region: str, now: datetime, **values: Any) -> Task:
    """An open task of the cooperation office of a region, due in five days."""
    task = Task(
        id=new_id(),
        case_id=case.id,
        region_code=region,
        opened_at=now,
        **{
            "position": 1,
            "element": "tahap2_kesediaan",
            "name": "Jawaban kesediaan",
            "stage": 2,
            "stage_name": "Kesediaan",
            "role": "bagian_kerja_sama",
            "due_at": now + timedelta(days=5),
            **values,
        },
    )
    session.add(task)
    session.flush()
    return task


def an_answered_task(
    session: Session, case: Case, region: str, now: datetime, **values: Any
) -> Task:
    """A finished task with answers, a receipt and somebody who signed for it."""
    done = {
        "status": TaskStatus.DONE,
        "closed_at": now,
        "answers": {"tanggapan": "bersedia"},
        "answers_sha256": "0" * 64,
        "receipt": {"done_by": "Sari Contoh"},
        "done_by": "Sari Contoh",
    }
    return a_task(session, case, region, now, **{**done, **values})


def a_document(session: Session, now: datetime, region: str, task: Task | None = None) -> Document:
    """A letter that a region handed in, perhaps as an answer to a task."""
    document = Document(
        case_id=task.case_id if task else None,
        task_id=task.id if task else None,
        field="surat" if task else None,
        region_code=region,
        sha256="a" * 64,
        size=3,
        media_type="application/pdf",
        filename="surat.pdf",
        uploaded_at=now,
        uploaded_by="Sari Contoh",
    )
    session.add(document)
    session.flush()
    return document


def an_official(
    session: Session, region: str, role: str = "bagian_kerja_sama", name: str = "Sari Contoh"
) -> Official:
    """Somebody with an address who holds a role at a region."""
    person = Person(name=name, email=f"{name.split()[0].lower()}.{region}@contoh.example")
    session.add(person)
    session.flush()
    return make_official(session, region, role, person, "Kepala Bagian")
