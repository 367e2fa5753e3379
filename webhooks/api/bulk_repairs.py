"""Repairs of many tasks at once, and the one list of what was put on record by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response

from processes import actions
from processes.actions import Order, Wish
from processes.actions.granting import MOST_DAYS
from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.store import questions
from processes.store.questions import Record, RecordFilters, RecordKind
from processes.store.repairs import Target
from processes.store.tables import RepairAct
from webhooks.api import shapes
from webhooks.api.answers import answer, page
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Choice, Day, Fields, Text, Texts, Whole
from webhooks.rendering import WIB

_ID = Text(maximum=64)
#: what may be done to many tasks
ACTS = (
    RepairAct.REMIND,
    RepairAct.REASSIGN,
    RepairAct.EXTEND,
    RepairAct.PAUSE,
    RepairAct.RESUME,
    RepairAct.RELINK,
)


def start_repair(ask: Ask) -> Response:
    """Write down what is to be done to many tasks; the sweeps carry it out."""
    wanted = ask.body["tasks"]
    with ask.office.database.read() as session:
        found = {t.id: t for t in questions.tasks_by_id(session, ask.caller.viewer, wanted)}
    unknown = [task_id for task_id in wanted if task_id not in found]
    if unknown:
        raise InvalidAnswers({"tasks": FieldError("repairing.unknown_task", id=unknown[0])})
    wish = Wish(
        act=RepairAct(ask.body["act"]),
        officials=tuple(ask.body.get("officials", ())),
        due_on=ask.body.get("due_on"),
        working_days=ask.body.get("working_days"),
    )
    targets = [Target(id=t, case_id=found[t].case_id, task_id=t) for t in wanted]
    order = Order(
        actor=ask.caller.actor,
        reason=ask.body["reason"],
        authority=ask.body.get("authority", ""),
    )
    job_id = actions.start_repair(ask.office, wish, targets, order=order, now=ask.now)
    return answer(_job(ask, job_id), 202, location=ask.url(f"/repairs/{job_id}"))


def show_repair(ask: Ask, job_id: str) -> Response:
    """How far a repair is, with what came of each part."""
    return answer(_job(ask, job_id))


def list_records(ask: Ask) -> Response:
    """What was put on record by hand, the newest first."""
    wanted = ask.query
    since, until = wanted.get("from"), wanted.get("to")
    filters = RecordFilters(
        kind=RecordKind(wanted["kind"]) if "kind" in wanted else None,
        region=wanted.get("region"),
        who=wanted.get("by"),
        since=_start(since) if since else None,
        before=_start(until + timedelta(days=1)) if until else None,
    )
    with ask.office.database.read() as session:
        found = questions.page_of_records(
            session, ask.caller.viewer, filters, page=wanted.get("page", 1)
        )
    return answer(page(found, [_record(each) for each in found.items]))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), WIB)


def _job(ask: Ask, job_id: str) -> dict[str, Any]:
    with ask.office.database.read() as session:
        found = questions.find_repair(session, ask.caller.viewer, job_id)
        if found is None:
            raise NotFound
        parts = questions.parts_of(session, found.job)
    return {
        **shapes.repair(found),
        "items": [
            {
                "task_id": each.item.target_id,
                "case_id": each.item.case_id,
                "status": each.item.status.value,
                "why": each.item.note,
                "done_at": each.item.done_at.isoformat() if each.item.done_at else None,
            }
            for each in parts
        ],
    }


def _record(found: Record) -> dict[str, Any]:
    entry, paper, task = found.entry, found.paper, found.task
    details = entry.details if entry else {}
    return {
        "kind": found.kind.value,
        "what": entry.kind if entry else "task.recorded",
        "at": found.at.isoformat(),
        "case_id": found.case.id,
        "case_number": found.case.number,
        "task_id": task.id if task else None,
        "task_name": task.name if task else None,
        "about": task.about if task else None,
        "region": task.region_code if task else found.case.region_code,
        "by": paper.recorded_by if paper else str(entry.actor.get("name", "") if entry else ""),
        "reason": str(details.get("reason", "")),
        "paper": None
        if paper is None
        else {
            "number": paper.number,
            "dated_on": paper.dated_on.isoformat(),
            "signatory": paper.signatory,
        },
    }


CALLS = (
    Call(
        name="start_repair",
        method="POST",
        path="/repairs",
        view=start_repair,
        roles=ACTING,
        json=Fields(
            kinds={
                "act": Choice(words=tuple(act.value for act in ACTS)),
                "tasks": Texts(of=_ID, minimum=1, maximum=2000),
                "reason": Text(maximum=1000),
                "authority": Text(maximum=300),
                "officials": Texts(of=_ID, minimum=1, maximum=20),
                "due_on": Day(),
                "working_days": Whole(maximum=MOST_DAYS),
            },
            required=("act", "tasks", "reason"),
        ),
        answers={202: shape("Repair")},
    ),
    Call(
        name="show_repair",
        method="GET",
        path="/repairs/{job_id}",
        view=show_repair,
        answers={200: shape("Repair")},
    ),
    Call(
        name="list_records",
        method="GET",
        path="/records",
        view=list_records,
        query=Fields(
            kinds={
                "kind": Choice(words=tuple(kind.value for kind in RecordKind)),
                "region": REGION,
                "by": Text(maximum=200),
                "from": Day(),
                "to": Day(),
                "page": Whole(),
            }
        ),
        answers={200: shape("RecordPage")},
    ),
)
