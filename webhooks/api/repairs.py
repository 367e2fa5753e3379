"""Acts of an administrator on an open task: reassign, extend, pause, resume, remind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from flask import Response

from processes import actions
from processes.actions import Order
from processes.actions.granting import MOST_DAYS
from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.store import questions
from webhooks.api.answers import answer
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import Fields, Kind, Text, Texts, Whole
from webhooks.api.tasks import lines_of

_WHY: Mapping[str, Kind] = {"reason": Text(maximum=1000), "authority": Text(maximum=300)}


def reassign(ask: Ask, task_id: str) -> Response:
    """Give a task to other officials of its region."""
    order = _order(ask, task_id)
    named = ask.body.get("officials", [])
    if "official" in ask.body:
        named = [ask.body["official"], *named]
    actions.reassign_task(ask.office, task_id, named, order=order, now=ask.now)
    return _task(ask, task_id)


def extend(ask: Ask, task_id: str) -> Response:
    """Move a deadline to a day, by working days, or by the owner's span once more."""
    order = _order(ask, task_id)
    actions.extend_task(
        ask.office,
        task_id,
        order=order,
        now=ask.now,
        due_on=_day(ask.body.get("due_on")),
        working_days=ask.body.get("working_days"),
    )
    return _task(ask, task_id)


def pause(ask: Ask, task_id: str) -> Response:
    """Let a clock stand still."""
    actions.pause_task(ask.office, task_id, order=_order(ask, task_id), now=ask.now)
    return _task(ask, task_id)


def resume(ask: Ask, task_id: str) -> Response:
    """Let a clock run on."""
    actions.resume_task(ask.office, task_id, order=_order(ask, task_id), now=ask.now)
    return _task(ask, task_id)


def remind(ask: Ask, task_id: str) -> Response:
    """Send the holders a fresh link now."""
    actions.remind_now(ask.office, task_id, order=_order(ask, task_id), now=ask.now)
    return _task(ask, task_id)


def _order(ask: Ask, task_id: str) -> Order:
    """Who asks, and why; NotFound or NotAllowed when the task is not his."""
    with ask.office.database.read() as session:
        task = questions.find_task(session, ask.caller.viewer, task_id)
    if task is None:
        raise NotFound
    ask.caller.check_region(task.region_code)
    return Order(
        actor=ask.caller.actor,
        reason=ask.body["reason"],
        authority=ask.body.get("authority", ""),
    )


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidAnswers({"due_on": FieldError("api.field_day")}) from None


def _task(ask: Ask, task_id: str) -> Response:
    with ask.office.database.read() as session:
        task = questions.find_task(session, ask.caller.viewer, task_id)
        if task is None:
            raise NotFound
        [line] = lines_of(session, ask, [task])
    return answer(line)


def _call(name: str, view: Callable[..., Response], more: Mapping[str, Kind] | None = None) -> Call:
    return Call(
        name=f"{name}_task",
        method="POST",
        path=f"/tasks/{{task_id}}/{name}",
        view=view,
        roles=ACTING,
        json=Fields(kinds={**_WHY, **(more or {})}, required=("reason",)),
        answers={200: shape("TaskLine")},
        conflicts=True,
    )


CALLS = (
    _call(
        "reassign",
        reassign,
        {
            "official": Text(maximum=64),
            "officials": Texts(of=Text(maximum=64), minimum=1, maximum=20),
        },
    ),
    _call(
        "extend",
        extend,
        {
            "due_on": Text(
                maximum=10, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example="2026-12-31"
            ),
            "working_days": Whole(maximum=MOST_DAYS),
        },
    ),
    _call("pause", pause),
    _call("resume", resume),
    _call("remind", remind),
)
