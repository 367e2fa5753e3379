"""Drafts of letters, minutes and agreements for whoever answers a task. Nothing is changed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.orm import Session

from processes.actions.draft_facts import facts_of
from processes.actions.finished import check_open
from processes.actions.paper_proofs import Made, PaperKind
from processes.actions.running import resume
from processes.engine.drafting import (
    LAYOUT,
    DraftRefused,
    file_of,
    names_in,
    open_word,
    read_pages,
    set_pages,
    stamp_word,
    title_of,
    write,
)
from processes.engine.procedure import Procedure
from processes.engine.proofs import Proof
from processes.engine.run import Run
from processes.engine.told import EngineFault, OpenTask
from processes.engine.typesetting import LetterRefused
from processes.engine.wordings import is_choice
from processes.errors import Conflict, KsddError, NotFound, TaskClosed
from processes.store import made_papers, questions
from processes.store.file_names import DOCX, PDF
from processes.store.history import canonical
from processes.store.tables import Case, Task, TaskStatus
from processes.store.viewer import Viewer

if TYPE_CHECKING:
    from processes.office import Office

log = logging.getLogger(__name__)

Format = Literal["docx", "pdf"]
FORMATS: tuple[Format, ...] = ("docx", "pdf")
MEDIA_TYPES = {"docx": DOCX, "pdf": PDF}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft that a task offers."""

    #: as the diagram names it, for example `surat_kedua`
    name: str
    title: str
    #: what it can be had as; Word always
    formats: tuple[Format, ...]


@dataclass(frozen=True, kw_only=True)
class DraftFile:
    """A draft filled in from the case."""

    filename: str
    media_type: str
    content: bytes


def drafts_of(session: Session, office: Office, task: Task, now: datetime) -> list[Draft]:
    """The drafts of an open task, in the owner's order; none of a task that is closed."""
    case = session.get_one(Case, task.case_id)
    procedure = office.procedure(session, case.version_id)
    names = _offered(session, office, case, task, now)
    return [_draft(name, procedure) for name in names if file_of(name) in procedure.files]


def write_draft(
    office: Office, task_id: str, name: str, format: Format, *, viewer: Viewer, now: datetime
) -> DraftFile:
    """A draft with what the task's own region may see of the case filled in.

    Raises NotFound when the task is not one of the viewer's own house or offers no such draft,
    TaskClosed, or Conflict when the template cannot be filled in.
    """
    with office.database.read() as session:
        task = questions.find_task(session, viewer, task_id)
        if task is None or not is_own(viewer, task):
            raise NotFound
        check_open(task)
        case = session.get_one(Case, task.case_id)
        procedure = office.procedure(session, case.version_id)
        names = _offered(session, office, case, task, now)
        if name not in names or file_of(name) not in procedure.files:
            raise NotFound("drafts.unknown_draft", name=name[:60])
        _, open_task = _woken(session, office, case, task, now)
        facts = facts_of(session, office, task, concerned=open_task.concerns, now=now)
        number = case.number.replace("/", "-")
        template = procedure.files[file_of(name)]
        title = _draft(name, procedure).title
        made = _made(session, office, (case, task), (name, title), template, facts, now)
    proof = made.proof(office)
    try:
        written = write(template, facts)
        content = stamp_word(written, proof) if format == "docx" else written
    except DraftRefused as refused:
        log.warning("%s: %s", file_of(name), refused)
        raise Conflict("drafts.broken") from None
    if format == "pdf":
        content = _as_pdf(procedure, written, made.made_at, proof)
    with office.database.write() as session:
        made.keep(session, format, content)
    return DraftFile(
        filename=f"{name}-{number}.{format}", media_type=MEDIA_TYPES[format], content=content
    )


def _made(
    session: Session,
    office: Office,
    whose: tuple[Case, Task],
    called: tuple[str, str],
    template: bytes,
    facts: Mapping[str, Any],
    now: datetime,
) -> Made:
    """The draft as its square proves it; made from the same facts it is the same paper."""
    (case, task), (name, title) = whose, called
    sources = hashlib.sha256(template).hexdigest(), canonical(facts)
    code = made_papers.code_for(office.secret, task.id, name, *sources)
    known = made_papers.find_paper(session, code)
    made_at = known.made_at if known else now
    return Made(
        code=code,
        case_id=case.id,
        task_id=task.id,
        kind=PaperKind.DRAFT,
        what=f"{task.id}:{name}",
        title=title,
        case_number=case.number,
        day=office.calendar.today(made_at, task.region_code),
        number=_number(facts.get(task.element, {})),
        parties=facts["perkara"]["para_pihak"],
        made_at=made_at,
    )


def _number(answered: Mapping[str, Any]) -> str:
    found = answered.get("nomor_surat", "")
    return str(found["="] if isinstance(found, Mapping) else found)[:120]


def is_own(viewer: Viewer, task: Task) -> bool:
    """Whether the viewer belongs to the house that writes the letters of a task."""
    return viewer.regions is None or task.region_code in viewer.regions


def _offered(session: Session, office: Office, case: Case, task: Task, now: datetime) -> list[str]:
    """Names of the drafts of a task; the case is only woken where its owner lets them differ."""
    shape = office.procedure(session, case.version_id).shapes.get(task.element)
    if shape is None or not shape.drafts or task.status is not TaskStatus.OPEN:
        return []
    words = shape.drafts
    try:
        if is_choice(words):
            run, open_task = _woken(session, office, case, task, now)
            words = run.wording(open_task, words)
    except (KsddError, EngineFault) as fault:
        # a draft is a help; without one the task is answered all the same
        log.warning("%s: %s", task.element, fault, extra={"case": task.case_id, "task": task.id})
        return []
    return list(dict.fromkeys(names_in(words)))


def _woken(
    session: Session, office: Office, case: Case, task: Task, now: datetime
) -> tuple[Run, OpenTask]:
    run = resume(session, office, case, now)
    for open_task in run.open_tasks():
        if open_task.id == task.id:
            return run, open_task
    raise TaskClosed("errors.task_not_open")


def _draft(name: str, procedure: Procedure) -> Draft:
    title, has_pages = _looked_at(procedure.files[file_of(name)], name)
    return Draft(name=name, title=title, formats=FORMATS if has_pages else FORMATS[:1])


@lru_cache(maxsize=64)
def _looked_at(template: bytes, name: str) -> tuple[str, bool]:
    """The title of a template, and whether all of it can stand in a PDF."""
    try:
        title = title_of(open_word(template), name)
    except DraftRefused:
        return name, False
    try:
        read_pages(template)
    except DraftRefused:
        return title, False
    return title, True


def _as_pdf(procedure: Procedure, content: bytes, now: datetime, proof: Proof) -> bytes:
    """The filled-in file set by the owner's layout; by the shipped one when that fails."""
    shipped = (files("processes") / "ksdd" / LAYOUT).read_bytes()
    layouts = [procedure.files.get(LAYOUT, shipped), shipped]
    try:
        pages = read_pages(content)
        for layout in dict.fromkeys(layouts):
            try:
                return set_pages(layout, pages, written_at=now, proof=proof)
            except LetterRefused as refused:
                log.warning("%s: %s", LAYOUT, refused)
    except DraftRefused as refused:
        raise Conflict(refused.key, **refused.values) from None
    raise Conflict("drafts.pdf_broken")
