"""Checking a signed reply: the reply, the tasks it may answer, and the form of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from processes import actions
from processes.actions import Actor
from processes.engine.forms import Form, FormContext
from processes.errors import KsddError, NotFound
from processes.store import questions
from processes.store.regions import find_region
from processes.store.tables import Case, Document, PartyReply, Region, Task, TaskStatus
from processes.store.viewer import Viewer
from webhooks.current import office
from webhooks.nonces import FIELD
from webhooks.task_links.inputs import default_values, input_names, undecided

#: input and query argument that name the chosen task
TASK = "tugas"


@dataclass(frozen=True, kw_only=True)
class Checking:
    """A reply beside the form of the task that it answers."""

    case: Case
    reply: PartyReply
    document: Document
    region: Region
    zone: ZoneInfo
    #: the partner's open tasks
    tasks: Sequence[Task]
    #: the chosen one; None when none waits
    task: Task | None
    form: Form | None
    context: FormContext | None
    #: what the reply says already, by input name
    prefilled: Mapping[str, str]

    def check(self, answers: Mapping[str, Any], now: datetime) -> None:
        """Raise InvalidAnswers with everything that is wrong with the answers."""
        if self.form is not None and self.task is not None:
            # what `context` knows of documents ended with the look at the database
            with office().database.read() as session:
                context = office().form_context(session, self.task, now)
                self.form.check(answers, context=context)


@dataclass(frozen=True, kw_only=True)
class Post:
    """What was typed into the form."""

    answers: Mapping[str, Any]
    #: by input name
    typed: Mapping[str, str]
    #: by field id
    errors: Mapping[str, KsddError] = field(default_factory=dict)


def read_checking(viewer: Viewer, case_id: str, reply_id: str, now: datetime) -> Checking:
    """The reply as the viewer may see it; NotFound when it is not for him."""
    with office().database.read() as session:
        case = questions.find_case(session, viewer, case_id)
        reply = questions.find_reply(session, viewer, reply_id)
        if case is None or reply is None or reply.case_id != case_id:
            raise NotFound
        document = questions.find_document(session, viewer, reply.document_id)
        if document is None:
            raise NotFound
        tasks = [
            task
            for task in questions.tasks_of_case(session, viewer, case_id)
            if task.region_code == reply.region_code and task.status is TaskStatus.OPEN
        ]
        task = _chosen(tasks)
        form = context = None
        if task is not None:
            form = office().shape_of(session, case, task).form
            context = office().form_context(session, task, now)
            earlier = context.earlier()
            context = replace(context, earlier=lambda: earlier)
        region = find_region(session, reply.region_code)
    return Checking(
        case=case,
        reply=reply,
        document=document,
        region=region,
        zone=ZoneInfo(region.zone),
        tasks=tasks,
        task=task,
        form=form,
        context=context,
        prefilled=_prefilled(form, context, reply),
    )


def post_of(checking: Checking, actor: Actor, now: datetime) -> Post:
    """The posted form; files that came along are kept, whatever else is wrong."""
    form, context = checking.form, checking.context
    assert form is not None
    assert context is not None
    pairs = {n: v for n, v in request.form.lists() if n not in (FIELD, TASK)}
    errors: dict[str, KsddError] = {}
    files = input_names(form, context, "file")
    for name, sent in request.files.items():
        if name not in files or not sent.filename:
            continue
        try:
            kept = actions.add_document(
                office(),
                sent.stream,
                sent.filename,
                actor=actor,
                region=checking.region.code,
                now=now,
            )
            pairs[name] = [kept.id]
        except KsddError as error:
            errors[files[name]] = error
    given: dict[str, str | list[str]] = {n: v if len(v) > 1 else v[0] for n, v in pairs.items()}
    answers = form.from_pairs(given)
    return Post(
        answers=answers,
        typed={name: values[-1] for name, values in pairs.items()},
        errors={**undecided(form, answers), **errors},
    )


def _chosen(tasks: Sequence[Task]) -> Task | None:
    wanted = request.values.get(TASK, "")
    return next((task for task in tasks if task.id == wanted), tasks[0] if tasks else None)


def _prefilled(form: Form | None, context: FormContext | None, reply: PartyReply) -> dict[str, str]:
    """The owner's defaults, and what the reply says of itself; never a decision."""
    if form is None or context is None:
        return {}
    found = default_values(form, context)
    scan_is_placed = False
    for asked in form.fields:
        if asked.untuk:
            continue
        if asked.jenis == "nomor_surat":
            found[asked.id] = reply.number
        elif asked.jenis == "tanggal_surat":
            found[asked.id] = reply.dated_on.isoformat()
        elif asked.id == "penanda_tangan":
            found[asked.id] = reply.signatory
        elif asked.is_file and not scan_is_placed:
            found[asked.id], scan_is_placed = reply.document_id, True
    return found
