"""Which events a region's own system is told, and what stands in them.

An event follows an entry of the history and is written in the same transaction. It goes to every
endpoint of a region that is party of the case and asked for its type. It holds what any party may
see: ids, element, stage and moments; no answer, no draft, no name of a person. Whoever wants more
asks the machine API with a token of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from processes.store.asking import Question
from processes.store.database import insert_missing
from processes.store.tables import (
    Case,
    History,
    Party,
    Task,
    TaskStatus,
    Webhook,
    WebhookDelivery,
    WebhookDirection,
    new_id,
)

#: entry of the history -> type of the event that follows it
EVENT_OF: Mapping[str, str] = {
    "case.opened": "case.opened",
    "case.stage": "case.stage_changed",
    "case.incident": "case.halted",
    "case.retried": "case.resumed",
    "case.ended": "case.ended",
    "task.opened": "task.opened",
    "task.completed": "task.completed",
    "task.answered_late": "task.completed",
    "task.cancelled": "task.cancelled",
    "task.reassigned": "task.reassigned",
    "task.holders": "task.reassigned",
    "task.extended": "task.due_changed",
    "task.paused": "task.due_changed",
    "task.resumed": "task.due_changed",
    "task.recounted": "task.due_changed",
    "task.migrated": "task.due_changed",
    "agreement.in_force": "agreement.in_force",
    "agreement.ends_soon": "agreement.ending",
    "party.left": "party.left",
}
OVERDUE, TEST = "task.overdue", "webhook.test"
#: every type that an endpoint may ask for
TYPES = (*dict.fromkeys(EVENT_OF.values()), OVERDUE)
#: events of a task that only its own house is told: who holds it is nobody else's business
OWN_HOUSE = frozenset({"task.reassigned"})
#: what an event takes over from the details of its entry
TAKEN = {
    "case.stage_changed": ("before", "after", "name"),
    "case.ended": ("status", "reason"),
    "agreement.in_force": ("starts_on", "ends_on"),
    "agreement.ending": ("when",),
    "party.left": ("region",),
}
#: how they are called there, where that is another name
CALLED = {
    "before": "stage_before",
    "after": "stage",
    "name": "stage_name",
    "status": "case_status",
    "reason": "end_reason",
    "when": "days_left",
}
#: overdue tasks that one look writes events of, for each endpoint
MOST = 200


def note(session: Session, case: Case, entry: History) -> None:
    """Write the event that follows an entry for every endpoint that wants it."""
    kind = EVENT_OF.get(entry.kind)
    if kind is None:
        return
    wanted = [each for each in _listening(session, case, entry) if kind in each.events]
    if not wanted:
        return
    task = session.get(Task, entry.details["task"]) if "task" in entry.details else None
    facts = {**case_facts(case), **(task_facts(task) if task else {})}
    facts |= {CALLED.get(n, n): entry.details.get(n) for n in TAKEN.get(kind, ())}
    if kind == "agreement.ending":
        facts["days_left"] = int(facts["days_left"])
    for endpoint in wanted:
        if kind in OWN_HOUSE and (task is None or task.region_code != endpoint.region_code):
            continue
        key = f"history:{case.id}:{entry.seq}"
        put(session, endpoint, key, kind, facts, at=entry.at, now=entry.at, case=case, task=task)


def is_wanted(session: Session, kind: str) -> bool:
    """Whether any endpoint asked for events of this type."""
    wanting = select(Webhook.events).where(*_is_listening())
    return any(kind in events for events in session.scalars(wanting))


def note_overdue(session: Session, now: datetime) -> int:
    """Write `task.overdue` for tasks whose deadline passed, once for each deadline; how many."""
    wanting = select(Webhook).where(*_is_listening())
    written = 0
    for endpoint in session.scalars(wanting).all():
        if OVERDUE not in endpoint.events:
            continue
        told = exists().where(
            WebhookDelivery.webhook_id == endpoint.id,
            WebhookDelivery.kind == OVERDUE,
            WebhookDelivery.task_id == Task.id,
            WebhookDelivery.at == Task.due_at,
        )
        late = (
            select(Task, Case)
            .join(Case, Case.id == Task.case_id)
            .join(Party, Party.case_id == Case.id)
            .where(Party.region_code == endpoint.region_code, Party.left_at.is_(None))
            .where(Task.status == TaskStatus.OPEN, Task.due_at < now, ~told)
            .where(Task.due_at > endpoint.active_since)
            .order_by(Task.due_at, Task.id)
            .limit(MOST)
        )
        for task, case in session.execute(late).all():
            if task.due_at is None:
                continue
            facts = {**case_facts(case), **task_facts(task)}
            key, due = f"overdue:{task.id}:{_moment(task.due_at)}", task.due_at
            put(session, endpoint, key, OVERDUE, facts, at=due, now=now, case=case, task=task)
            written += 1
    return written


def put(
    session: Session,
    endpoint: Webhook,
    key: str,
    kind: str,
    facts: Mapping[str, Any],
    *,
    at: datetime,
    now: datetime,
    case: Case | None = None,
    task: Task | None = None,
) -> WebhookDelivery:
    """Let an event wait to be delivered to one endpoint; once, however often it is put there."""
    row = {
        "id": f"msg_{new_id()}",
        "webhook_id": endpoint.id,
        "key": key,
        "kind": kind,
        "case_id": case.id if case else None,
        "task_id": task.id if task else None,
        "at": at,
        "facts": dict(facts),
        "created_at": now,
        "not_before": now,
    }
    session.flush()
    insert_missing(session, WebhookDelivery, [row])
    known = (WebhookDelivery.webhook_id == endpoint.id, WebhookDelivery.key == key)
    return session.scalars(select(WebhookDelivery).where(*known)).one()


def case_facts(case: Case) -> dict[str, Any]:
    """What an event says of its case."""
    return {
        "case_id": case.id,
        "case_number": case.number,
        "case_status": case.status.value,
        "stage": case.stage,
        "stage_name": case.stage_name,
    }


def task_facts(task: Task) -> dict[str, Any]:
    """What an event says of its task; every party may see as much."""
    return {
        "task_id": task.id,
        "element": task.element,
        "task_name": task.name,
        "task_status": task.status.value,
        "stage": task.stage,
        "stage_name": task.stage_name,
        "region": task.region_code,
        "about": task.about,
        "role": task.role,
        "opened_at": _moment(task.opened_at),
        "due_at": _moment(task.due_at),
        "closed_at": _moment(task.closed_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _listening(session: Session, case: Case, entry: History) -> list[Webhook]:
    """The endpoints of the case's parties; a party that leaves is still told that it left."""
    leaving = entry.details.get("region") if entry.kind == "party.left" else None
    return [
        endpoint
        for endpoint, left_at in LISTENING.rows(session, case=case.id)
        if left_at is None or endpoint.region_code == leaving
    ]


def _is_listening() -> tuple[Any, ...]:
    return (
        Webhook.direction == WebhookDirection.OUT,
        Webhook.active,
        Webhook.removed_at.is_(None),
    )


#: the endpoints of all parties of a `case`, with when theirs left
LISTENING = Question(
    lambda p: (
        select(Webhook, Party.left_at)
        .join(Party, Party.region_code == Webhook.region_code)
        .where(Party.case_id == p.one("case"), *_is_listening())
    ),
    order=(Webhook.id,),
)
