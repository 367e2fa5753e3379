"""Around the answers of a task: preparing them, giving them back, judging what was recorded."""

from __future__ import annotations

from flask import Response

from processes import actions
from processes.errors import FieldError, InvalidAnswers
from processes.store.tables import Verdict
from webhooks.api.answers import answer
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Choice, Fields, Text
from webhooks.api.tasks import ANSWERS, lines_of, visible


def prepare(ask: Ask, task_id: str) -> Response:
    """Put answers before the holder, who confirms them or gives them back."""
    _check_region(ask, task_id)
    actions.prepare_task(
        ask.office, task_id, ask.body["answers"], actor=ask.caller.actor, now=ask.now
    )
    return _task(ask, task_id)


def give_back(ask: Ask, task_id: str) -> Response:
    """Give prepared answers back with a note, for their holder."""
    _check_region(ask, task_id)
    actions.return_task(
        ask.office, task_id, note=ask.body["note"], actor=ask.caller.actor, now=ask.now
    )
    return _task(ask, task_id)


def respond(ask: Ask, task_id: str) -> Response:
    """Say for a region whether a task was rightly recorded from paper."""
    region = ask.body.get("region", ask.caller.home)
    if region is None:
        raise InvalidAnswers({"region": FieldError("api.field_required")})
    ask.caller.check_region(region)
    actions.respond_to_paper(
        ask.office,
        task_id,
        region=region,
        verdict=Verdict(ask.body["verdict"]),
        note=ask.body.get("note", ""),
        actor=ask.caller.actor,
        now=ask.now,
    )
    return _task(ask, task_id)


def supplement(ask: Ask, task_id: str) -> Response:
    """Give answers that may follow to a finished task; what counts from them is set anew."""
    with ask.office.database.read() as session:
        visible(session, ask, task_id)
    actions.supplement_task(
        ask.office,
        task_id,
        ask.body["answers"],
        actor=ask.caller.actor,
        now=ask.now,
        reason=ask.body.get("reason", ""),
    )
    return _task(ask, task_id)


def _check_region(ask: Ask, task_id: str) -> None:
    with ask.office.database.read() as session:
        ask.caller.check_region(visible(session, ask, task_id).region_code)


def _task(ask: Ask, task_id: str) -> Response:
    with ask.office.database.read() as session:
        [line] = lines_of(session, ask, [visible(session, ask, task_id)])
    return answer(line)


CALLS = (
    Call(
        name="prepare_task",
        method="POST",
        path="/tasks/{task_id}/prepare",
        view=prepare,
        roles=ACTING,
        json=Fields(kinds={"answers": ANSWERS}, required=("answers",)),
        answers={200: shape("TaskLine")},
        conflicts=True,
    ),
    Call(
        name="return_task",
        method="POST",
        path="/tasks/{task_id}/return",
        view=give_back,
        roles=ACTING,
        json=Fields(kinds={"note": Text(maximum=2000)}, required=("note",)),
        answers={200: shape("TaskLine")},
        conflicts=True,
    ),
    Call(
        name="supplement_task",
        method="POST",
        path="/tasks/{task_id}/supplement",
        view=supplement,
        roles=ACTING,
        json=Fields(
            kinds={"answers": ANSWERS, "reason": Text(maximum=2000)}, required=("answers",)
        ),
        answers={200: shape("TaskLine")},
        conflicts=True,
    ),
    Call(
        name="respond_to_paper",
        method="POST",
        path="/tasks/{task_id}/paper-response",
        view=respond,
        roles=ACTING,
        json=Fields(
            kinds={
                "region": REGION,
                "verdict": Choice(words=tuple(verdict.value for verdict in Verdict)),
                "note": Text(maximum=2000),
            },
            required=("verdict",),
        ),
        answers={200: shape("TaskLine")},
        conflicts=True,
    ),
)
