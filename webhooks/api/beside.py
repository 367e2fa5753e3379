"""Beside answering a task: give it back, forward it, send the case back, take an answer back, ask,
comment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from processes import actions
from processes.actions import Forward
from processes.errors import FieldError, InvalidAnswers, NotFound
from processes.store import questions
from processes.store.tables import Comment, Enquiry
from webhooks.api import shapes
from webhooks.api.answers import answer, everything
from webhooks.api.beside_schemas import AUDIENCES, HOUSE, PARTIES
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Choice, Fields, Kind, Text
from webhooks.api.tasks import lines_of, visible

REASON = Text(maximum=2000)


def decline(ask: Ask, task_id: str) -> Response:
    """Give a task back for its holder."""
    _check_region(ask, task_id)
    actions.decline_task(
        ask.office, task_id, reason=ask.body["reason"], actor=ask.caller.actor, now=ask.now
    )
    return _task(ask, task_id)


def forward(ask: Ask, task_id: str) -> Response:
    """Let a substitute do a task instead of its holder."""
    _check_region(ask, task_id)
    given = {name: ask.body.get(name, "") for name in ("name", "email", "phone")}
    wish = Forward(
        status=ask.body["status"],
        letter_number=ask.body["letter_number"],
        official_id=ask.body.get("official", ""),
        **given,
    )
    actions.forward_task(ask.office, task_id, wish, actor=ask.caller.actor, now=ask.now)
    return _task(ask, task_id)


def send_back(ask: Ask, task_id: str) -> Response:
    """Send a case back to an earlier task, for the holder."""
    _check_region(ask, task_id)
    actions.send_back(
        ask.office,
        task_id,
        to=ask.body["to"],
        reason=ask.body["reason"],
        actor=ask.caller.actor,
        now=ask.now,
    )
    return _task(ask, task_id)


def recall(ask: Ask, task_id: str) -> Response:
    """Take back an answer that this token gave."""
    _check_region(ask, task_id)
    actions.recall_task(
        ask.office,
        task_id,
        reason=ask.body.get("reason", ""),
        actor=ask.caller.actor,
        now=ask.now,
    )
    return _task(ask, task_id)


def list_enquiries(ask: Ask, task_id: str) -> Response:
    """What was asked about a task."""
    with ask.office.database.read() as session:
        visible(session, ask, task_id)
        found = questions.enquiries_of_task(session, ask.caller.viewer, task_id)
    return answer(everything(_enquiry(each) for each in found))


def ask_about(ask: Ask, task_id: str) -> Response:
    """Ask whoever sent the task."""
    _check_region(ask, task_id)
    asked = actions.ask_sender(
        ask.office, task_id, ask.body["question"], actor=ask.caller.actor, now=ask.now
    )
    return answer(_enquiry(asked), 201)


def reply(ask: Ask, enquiry_id: str) -> Response:
    """Answer a question, for whoever was asked."""
    with ask.office.database.read() as session:
        if questions.find_enquiry(session, ask.caller.viewer, enquiry_id) is None:
            raise NotFound
    answered = actions.answer_enquiry(
        ask.office, enquiry_id, ask.body["answer"], actor=ask.caller.actor, now=ask.now
    )
    return answer(_enquiry(answered))


def list_comments(ask: Ask, case_id: str) -> Response:
    """The comments on a case that the caller may read."""
    _check_case(ask, case_id)
    with ask.office.database.read() as session:
        found = questions.comments_of_case(session, ask.caller.viewer, case_id)
    return answer(everything(_comment(each) for each in found))


def comment(ask: Ask, case_id: str) -> Response:
    """Write a comment for a region."""
    _check_case(ask, case_id)
    region = ask.body.get("region", ask.caller.home)
    if region is None:
        raise InvalidAnswers({"region": FieldError("api.field_required")})
    ask.caller.check_region(region)
    written = actions.comment_on_case(
        ask.office,
        case_id,
        ask.body["text"],
        region=region,
        shared=ask.body.get("audience", HOUSE) == PARTIES,
        actor=ask.caller.actor,
        now=ask.now,
    )
    return answer(_comment(written), 201)


def _check_region(ask: Ask, task_id: str) -> None:
    with ask.office.database.read() as session:
        ask.caller.check_region(visible(session, ask, task_id).region_code)


def _check_case(ask: Ask, case_id: str) -> None:
    with ask.office.database.read() as session:
        if questions.find_case(session, ask.caller.viewer, case_id) is None:
            raise NotFound


def _task(ask: Ask, task_id: str) -> Response:
    with ask.office.database.read() as session:
        [line] = lines_of(session, ask, [visible(session, ask, task_id)])
    return answer(line)


def _enquiry(row: Enquiry) -> dict[str, Any]:
    return {
        "id": row.id,
        "task_id": row.task_id,
        "question": row.question,
        "asked_by": row.asked_by,
        "asked_of": row.asked_of,
        "asked_at": row.asked_at.isoformat(),
        "answer": row.answer,
        "answered_by": row.answered_by,
        "answered_at": shapes.iso(row.answered_at),
    }


def _comment(row: Comment) -> dict[str, Any]:
    return {
        "id": row.id,
        "region": row.region_code,
        "audience": PARTIES if row.is_shared else HOUSE,
        "text": row.text,
        "by": row.by,
        "at": row.at.isoformat(),
    }


def _act(
    name: str,
    path: str,
    view: Callable[..., Response],
    kinds: Mapping[str, Kind],
    required: tuple[str, ...],
    component: str = "TaskLine",
    status: int = 200,
) -> Call:
    return Call(
        name=name,
        method="POST",
        path=path,
        view=view,
        roles=ACTING,
        json=Fields(kinds=kinds, required=required),
        json_optional=not required,
        answers={status: shape(component)},
        conflicts=True,
    )


CALLS = (
    _act("decline_task", "/tasks/{task_id}/decline", decline, {"reason": REASON}, ("reason",)),
    _act(
        "forward_task",
        "/tasks/{task_id}/forward",
        forward,
        {
            "status": Choice(words=("Plh", "Plt")),
            "letter_number": Text(maximum=120, example="800/12/BKD"),
            "official": Text(maximum=64),
            "name": Text(maximum=200),
            "email": Text(maximum=254),
            "phone": Text(maximum=20),
        },
        ("status", "letter_number"),
    ),
    _act(
        "send_case_back",
        "/tasks/{task_id}/send-back",
        send_back,
        {"to": Text(maximum=120, example="tahap1_permohonan"), "reason": REASON},
        ("to", "reason"),
    ),
    _act("recall_task", "/tasks/{task_id}/recall", recall, {"reason": REASON}, ()),
    Call(
        name="list_enquiries",
        method="GET",
        path="/tasks/{task_id}/enquiries",
        view=list_enquiries,
        answers={200: shape("EnquiryPage")},
    ),
    _act(
        "ask_sender",
        "/tasks/{task_id}/enquiries",
        ask_about,
        {"question": REASON},
        ("question",),
        "Enquiry",
        201,
    ),
    _act(
        "answer_enquiry",
        "/enquiries/{enquiry_id}/answer",
        reply,
        {"answer": REASON},
        ("answer",),
        "Enquiry",
    ),
    Call(
        name="list_comments",
        method="GET",
        path="/cases/{case_id}/comments",
        view=list_comments,
        answers={200: shape("CommentPage")},
    ),
    _act(
        "comment_on_case",
        "/cases/{case_id}/comments",
        comment,
        {"text": REASON, "region": REGION, "audience": Choice(words=AUDIENCES)},
        ("text",),
        "Comment",
        201,
    ),
)
