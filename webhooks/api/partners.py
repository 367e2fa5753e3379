"""Partners without officials: their letter packages, codes, contacts and signed replies."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from flask import Response
from sqlalchemy.orm import Session

from processes import actions
from processes.errors import NotFound
from processes.store import questions
from processes.store.file_names import PDF
from processes.store.tables import Case
from webhooks.api import shapes
from webhooks.api.answers import answer, everything
from webhooks.api.calls import ACTING, Ask, Call, shape
from webhooks.api.fields import REGION, Anything, Fields, Kind, Text


def print_package(ask: Ask, case_id: str) -> Response:
    """A fresh letter package; its code stands in the PDF and in this answer, and nowhere else."""
    _check_pemrakarsa(ask, case_id)
    made = actions.print_package(
        ask.office,
        case_id,
        ask.body["region"],
        number=ask.body.get("number", ""),
        actor=ask.caller.actor,
        now=ask.now,
    )
    body = {
        "code": made.code,
        "url": made.url,
        "filename": made.filename,
        "media_type": PDF,
        "size": len(made.content),
        "sha256": made.sha256,
        "content": base64.b64encode(made.content).decode(),
    }
    return answer(body, 201)


def revoke_codes(ask: Ask, case_id: str) -> Response:
    """Kill every code of a partner."""
    _check_pemrakarsa(ask, case_id)
    return _revoke(ask, case_id, actions.revoke_codes)


def revoke_contact(ask: Ask, case_id: str) -> Response:
    """Take the role back from whoever a partner named with its code."""
    _check_pemrakarsa(ask, case_id)
    return _revoke(ask, case_id, actions.revoke_contact)


def list_replies(ask: Ask, case_id: str) -> Response:
    """The signed replies of a case that the token may see, the newest first."""
    with ask.office.database.read() as session:
        _visible(session, ask, case_id)
        found = questions.replies_of_case(session, ask.caller.viewer, case_id)
    return answer(everything(shapes.reply(row) for row in found))


def take_reply(ask: Ask, case_id: str, reply_id: str) -> Response:
    """Complete a task of the partner from its signed reply."""
    _check_reply(ask, case_id, reply_id)
    receipt = actions.take_reply(
        ask.office,
        case_id,
        reply_id,
        ask.body["task"],
        ask.body["answers"],
        actor=ask.caller.actor,
        now=ask.now,
    )
    return answer(receipt.as_dict())


def refuse_reply(ask: Ask, case_id: str, reply_id: str) -> Response:
    """Give a signed reply back with a reason."""
    _check_reply(ask, case_id, reply_id)
    actions.refuse_reply(
        ask.office,
        case_id,
        reply_id,
        reason=ask.body["reason"],
        actor=ask.caller.actor,
        now=ask.now,
    )
    with ask.office.database.read() as session:
        row = questions.find_reply(session, ask.caller.viewer, reply_id)
        if row is None:
            raise NotFound
        return answer(shapes.reply(row))


def _revoke(ask: Ask, case_id: str, act: Callable[..., int]) -> Response:
    died = act(
        ask.office,
        case_id,
        ask.body["region"],
        reason=ask.body["reason"],
        actor=ask.caller.actor,
        now=ask.now,
    )
    return answer({"revoked": died})


def _check_pemrakarsa(ask: Ask, case_id: str) -> None:
    """Raise NotFound unless the token sees the case, NotAllowed unless it acts for its opener."""
    with ask.office.database.read() as session:
        ask.caller.check_region(_visible(session, ask, case_id).region_code)


def _check_reply(ask: Ask, case_id: str, reply_id: str) -> None:
    _check_pemrakarsa(ask, case_id)
    with ask.office.database.read() as session:
        found = questions.find_reply(session, ask.caller.viewer, reply_id)
    if found is None or found.case_id != case_id:
        raise NotFound


def _visible(session: Session, ask: Ask, case_id: str) -> Case:
    case = questions.find_case(session, ask.caller.viewer, case_id)
    if case is None:
        raise NotFound
    return case


_REASON: Mapping[str, Kind] = {"reason": Text(maximum=1000)}
_REVOKING = Fields(kinds={"region": REGION, **_REASON}, required=("region", "reason"))
_PATH = "/cases/{case_id}"

CALLS = (
    Call(
        name="print_package",
        method="POST",
        path=f"{_PATH}/letter-package",
        view=print_package,
        roles=ACTING,
        json=Fields(kinds={"region": REGION, "number": Text(maximum=120)}, required=("region",)),
        answers={201: shape("LetterPackage")},
        conflicts=True,
    ),
    Call(
        name="revoke_codes",
        method="POST",
        path=f"{_PATH}/letter-package/revoke",
        view=revoke_codes,
        roles=ACTING,
        json=_REVOKING,
        answers={200: shape("Revoked")},
    ),
    Call(
        name="revoke_contact",
        method="POST",
        path=f"{_PATH}/contact/revoke",
        view=revoke_contact,
        roles=ACTING,
        json=_REVOKING,
        answers={200: shape("Revoked")},
        conflicts=True,
    ),
    Call(
        name="list_replies",
        method="GET",
        path=f"{_PATH}/replies",
        view=list_replies,
        answers={200: shape("ReplyPage")},
    ),
    Call(
        name="take_reply",
        method="POST",
        path=f"{_PATH}/replies/{{reply_id}}/take",
        view=take_reply,
        roles=ACTING,
        json=Fields(
            kinds={
                "task": Text(maximum=64),
                "answers": Anything(description="as `schema` of GET /tasks/{task_id} says"),
            },
            required=("task", "answers"),
        ),
        answers={200: shape("Receipt")},
        conflicts=True,
    ),
    Call(
        name="refuse_reply",
        method="POST",
        path=f"{_PATH}/replies/{{reply_id}}/refuse",
        view=refuse_reply,
        roles=ACTING,
        json=Fields(kinds=_REASON, required=("reason",)),
        answers={200: shape("Reply")},
        conflicts=True,
    ),
)
