"""Halted cases and failed reminders, which wait for an administrator, and their retry."""

from __future__ import annotations

from typing import Any

from flask import Response

from processes import actions
from processes.actions import Order
from processes.errors import NotFound
from processes.store import questions
from processes.store.questions import FailedAlarm
from processes.store.tables import Case
from webhooks.api import webhook_shapes
from webhooks.api.answers import answer
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import Fields, Text


def list_troubles(ask: Ask) -> Response:
    """Halted cases, cases with outdated deadlines, failed alarms and events nobody took, as far as
    the token may see them."""
    with ask.office.database.read() as session:
        viewer = ask.caller.viewer
        return answer(
            {
                "cases": [_halted(c) for c in questions.halted_cases(session, viewer)],
                "outdated": [_outdated(c) for c in questions.outdated_cases(session, viewer)],
                "alarms": [_failed(a) for a in questions.failed_alarms(session, viewer)],
                "deliveries": [
                    webhook_shapes.delivery(each)
                    for each, _ in questions.parked_deliveries(session, viewer)
                ],
            }
        )


def retry_case(ask: Ask, case_id: str) -> Response:
    """Let a halted case go on, or one with outdated deadlines be counted anew."""
    with ask.office.database.read() as session:
        case = questions.find_case(session, ask.caller.viewer, case_id)
    if case is None:
        raise NotFound
    ask.caller.check_region(case.region_code)
    actions.retry_case(ask.office, case_id, order=_order(ask), now=ask.now)
    return list_troubles(ask)


def retry_alarm(ask: Ask, alarm_id: str) -> Response:
    """Let a failed reminder or escalation be tried again."""
    with ask.office.database.read() as session:
        if questions.find_failed_alarm(session, ask.caller.viewer, alarm_id) is None:
            raise NotFound
    actions.retry_alarm(ask.office, alarm_id, order=_order(ask), now=ask.now)
    return list_troubles(ask)


def _halted(case: Case) -> dict[str, Any]:
    return {"id": case.id, "number": case.number, "title": case.title, "error": case.incident or ""}


def _outdated(case: Case) -> dict[str, Any]:
    return {**_halted(case), "error": case.calendar_error or ""}


def _failed(found: FailedAlarm) -> dict[str, Any]:
    alarm, task = found.alarm, found.task
    return {
        "id": alarm.id,
        "kind": alarm.kind.value,
        "case_id": found.case.id,
        "case_number": found.case.number,
        "task_id": alarm.task_id,
        "task_name": task.name if task else None,
        "about": task.about if task else None,
        "due_at": alarm.due_at.isoformat(),
        "when": alarm.label,
        "error": alarm.last_error or "",
    }


def _order(ask: Ask) -> Order:
    return Order(
        actor=ask.caller.actor,
        reason=ask.body["reason"],
        authority=ask.body.get("authority", ""),
    )


_WHY = Fields(
    kinds={"reason": Text(maximum=1000), "authority": Text(maximum=300)}, required=("reason",)
)

CALLS = (
    Call(
        name="list_troubles",
        method="GET",
        path="/troubles",
        view=list_troubles,
        answers={200: shape("Troubles")},
    ),
    Call(
        name="retry_case",
        method="POST",
        path="/cases/{case_id}/retry",
        view=retry_case,
        roles=ACTING,
        json=_WHY,
        answers={200: shape("Troubles")},
        conflicts=True,
    ),
    Call(
        name="retry_alarm",
        method="POST",
        path="/alarms/{alarm_id}/retry",
        view=retry_alarm,
        roles=ACTING,
        json=_WHY,
        answers={200: shape("Troubles")},
        conflicts=True,
    ),
)
