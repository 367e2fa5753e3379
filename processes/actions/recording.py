"""Recording from a signed paper: the paper is the legal act, the record says who entered it.

A paper is given as `{nomor, tanggal, penanda_tangan, dokumen}`; its own date and the moment of the
entry are kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from processes.actions.actor import Actor
from processes.actions.documents import note_signatures
from processes.engine.fields import Field, FormContext
from processes.engine.forms import Form
from processes.engine.shapes import TaskShape
from processes.errors import FieldError, InvalidAnswers, KsddError
from processes.sentences import say
from processes.store import papers
from processes.store.papers import PaperGiven
from processes.store.tables import Document, Paper, Task

if TYPE_CHECKING:
    pass

#: what the names of a paper's own fields begin with; no field of a diagram can
PREFIX = "dicatat_dari."
CHAIN = "rantai"
MOST_SIGNATORY = 300


def _asked(name: str, **how: Any) -> Field:
    label = say(f"recording.{name}")
    return Field(id=PREFIX + name, label=label, required=True, **how)


#: what is asked about every paper
PAPER = Form(
    fields=(
        _asked("nomor", type="string", jenis="nomor_surat", max_length=120),
        _asked("tanggal", type="date", jenis="tanggal_surat"),
        _asked("penanda_tangan", type="string", max_length=MOST_SIGNATORY),
        _asked("dokumen", type="string", jenis="berkas"),
    )
)


_WHOLE_CHAIN = Field(id=PREFIX + CHAIN, label=say("recording.rantai"), type="boolean")


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A paper together with the region (code) whose official records from it."""

    paper: PaperGiven
    region: str


def read_paper(given: Mapping[str, Any], context: FormContext) -> PaperGiven:
    """The paper that somebody entered; raises InvalidAnswers with a sentence per field."""
    errors: dict[str, KsddError] = {}
    asked = {field.id for field in PAPER.fields}
    for name in given:
        if PREFIX + name not in asked and name != CHAIN:
            known = ", ".join(field.id.removeprefix(PREFIX) for field in PAPER.fields)
            errors[PREFIX + name[:40]] = FieldError("recording.unknown", known=f"{known}, {CHAIN}")
    chain = given.get(CHAIN, False)
    if not isinstance(chain, bool):
        errors[PREFIX + CHAIN] = FieldError("recording.chain_type")
    typed = {PREFIX + name: value for name, value in given.items() if PREFIX + name in asked}
    scan = typed.get(PREFIX + "dokumen")
    if isinstance(scan, str) and scan:
        typed[PREFIX + "dokumen"] = {"document": scan}
    try:
        checked = PAPER.check(typed, context=context)
    except InvalidAnswers as error:
        errors |= error.fields
    if errors:
        raise InvalidAnswers(errors)
    return PaperGiven(
        number=checked[PREFIX + "nomor"],
        dated_on=date.fromisoformat(checked[PREFIX + "tanggal"]),
        signatory=checked[PREFIX + "penanda_tangan"],
        document_id=checked[PREFIX + "dokumen"]["document"],
        whole_chain=chain,
    )


def form_with_paper(shape: TaskShape) -> Form:
    """The form of a task as it is asked of somebody who records it: the paper first, then what the
    paper does not answer by itself (property `dari_surat`)."""
    chain = (_WHOLE_CHAIN,) if shape.chain else ()
    asked = tuple(field for field in shape.form.fields if field.dari_surat is None)
    return Form(fields=(*PAPER.fields, *chain, *asked), language=shape.form.language)


def with_paper(form: Form, answers: Mapping[str, Any], paper: PaperGiven) -> dict[str, Any]:
    """The answers, with the paper's own number, date … where `dari_surat` takes them from it."""
    parts: dict[str, Any] = {
        "nomor": paper.number,
        "tanggal": paper.dated_on.isoformat(),
        "penanda_tangan": paper.signatory,
        "dokumen": {"document": paper.document_id},
    }
    taken = {
        field.id: parts[field.dari_surat]
        for field in form.fields
        if field.dari_surat is not None and answers.get(field.id) in (None, "")
    }
    return {**answers, **taken}


def split(answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers of a page that asks for a paper too: those of the task, and those of the paper."""
    paper = {k.removeprefix(PREFIX): v for k, v in answers.items() if k.startswith(PREFIX)}
    return {k: v for k, v in answers.items() if not k.startswith(PREFIX)}, paper


def keep_paper(
    session: Session, task: Task, recording: Recording, actor: Actor, now: datetime
) -> Paper:
    """Tie the paper and its scan to the task that it records."""
    paper = papers.record(
        session,
        task,
        recording.paper,
        recorded_by=actor.name,
        recorded_for=recording.region,
        now=now,
    )
    task.recorded_for = recording.region
    scan = session.get_one(Document, recording.paper.document_id)
    if scan.task_id is None:
        scan.case_id, scan.task_id = task.case_id, task.id
        scan.field, scan.region_code = PREFIX + "dokumen", recording.region
        note_signatures(session, task, scan, actor, now)
    return paper


def same_paper(session: Session, task: Task, given: PaperGiven) -> bool:
    """Whether the task was recorded from this very paper; the scan may be another upload of it."""
    kept = papers.papers_of(session, [task.id]).get(task.id)
    if kept is None:
        return False
    scans = (session.get_one(Document, each) for each in (kept.document_id, given.document_id))
    first, second = (scan.sha256 for scan in scans)
    said = (kept.number, kept.dated_on, kept.signatory)
    return said == (given.number, given.dated_on, given.signatory) and first == second


def signature(recording: Recording, actor: Actor) -> str:
    """For example "dicatat oleh Sari Contoh dari surat 119/1 tanggal 4 Mei 2026"."""
    paper = recording.paper
    words = say("recording.by", name=actor.name, number=paper.number)
    return words[:300]


def about(recording: Recording) -> dict[str, Any]:
    """The paper as history, receipt and API tell of it, without who entered it."""
    paper = recording.paper
    return {
        "nomor": paper.number,
        "tanggal": paper.dated_on.isoformat(),
        "penanda_tangan": paper.signatory,
        "dokumen": paper.document_id,
    }
