"""What stands still until an administrator helps, with the button that lets it go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.actions import Order
from processes.errors import InvalidAnswers, NotFound
from processes.store import questions
from processes.store.questions import FailedAlarm
from processes.store.tables import Case, Webhook, WebhookDelivery
from webhooks.board.partners import TriedAct
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that stands still."""

    #: address to which its form is sent; empty where it is retried on its own page
    act: str
    #: fit for an id in the page
    key: str
    #: where it is seen in full, and what that is called
    href: str
    case_number: str
    case_title: str
    #: for example "Pengingat: Telaah TKKSD"; empty for a case as a whole
    what: str
    #: what went wrong, as it was kept
    why: str
    #: when it should have happened; None for a case as a whole
    due_at: datetime | None


@pages.get("/gangguan")
def troubles() -> str:
    """Halted cases, outdated deadlines, failed reminders and events nobody took, with what went
    wrong."""
    return _page()


@pages.post("/gangguan/perkara/<case_id>")
def retry_case(case_id: str) -> Response:
    """Let a halted case go on, or one with outdated deadlines be counted anew."""
    check_act(Right.REPAIR)
    with office().database.read() as session:
        if questions.find_case(session, viewer(), case_id) is None:
            raise NotFound
    return _tried(case_id, partial(actions.retry_case, office(), case_id))


@pages.post("/gangguan/pengingat/<alarm_id>")
def retry_alarm(alarm_id: str) -> Response:
    """Let a failed reminder be tried again."""
    check_act(Right.REPAIR)
    with office().database.read() as session:
        if questions.find_failed_alarm(session, viewer(), alarm_id) is None:
            raise NotFound
    return _tried(alarm_id, partial(actions.retry_alarm, office(), alarm_id))


def _tried(key: str, act: Callable[..., None]) -> Response:
    reason = request.form.get("reason", "")
    try:
        act(order=Order(actor=actor(), reason=reason), now=now())
    except InvalidAnswers as error:
        sentence = " ".join(error.sentences(language()).values())
        tried = TriedAct(form=key, error=sentence, typed=request.form.to_dict())
        page = _page(tried)
        return make_response(page, error.status)
    return make_response(redirect(url_for("board.troubles", tried=1), 303))


def _page(tried: TriedAct | None = None) -> str:
    with office().database.read() as session:
        halted = [_case(case, case.incident) for case in questions.halted_cases(session, viewer())]
        outdated = [
            _case(case, case.calendar_error) for case in questions.outdated_cases(session, viewer())
        ]
        parked = [_parked(*each) for each in questions.parked_deliveries(session, viewer())]
        failed = [_failed(each) for each in questions.failed_alarms(session, viewer())]
    return render_template(
        "troubles.html",
        groups=[
            (text("troubles_cases"), halted),
            (text("troubles_outdated"), outdated),
            (text("troubles_alarms"), failed),
            (text("troubles_events"), parked),
        ],
        is_any=bool(halted or outdated or failed or parked),
        was_tried=bool(request.args.get("tried")),
        tried=tried,
    )


def _case(case: Case, why: str | None) -> Trouble:
    return Trouble(
        act=url_for("board.retry_case", case_id=case.id),
        key=case.id,
        href=url_for("board.case", case_id=case.id),
        case_number=case.number,
        case_title=case.title,
        what="",
        why=why or "",
        due_at=None,
    )


def _failed(found: FailedAlarm) -> Trouble:
    alarm, task = found.alarm, found.task
    kind = text(f"alarm_{alarm.kind.value}")
    return Trouble(
        act=url_for("board.retry_alarm", alarm_id=alarm.id),
        key=alarm.id,
        href=url_for("board.case", case_id=found.case.id),
        case_number=found.case.number,
        case_title=found.case.title,
        what=f"{kind}: {task.name}" if task else kind,
        why=alarm.last_error or "",
        due_at=alarm.due_at,
    )


def _parked(delivery: WebhookDelivery, endpoint: Webhook) -> Trouble:
    return Trouble(
        act="",
        key=delivery.id,
        href=url_for("board.webhook", webhook_id=endpoint.id),
        case_number=endpoint.name,
        case_title=endpoint.url or "",
        what=text(f"event_{delivery.kind.replace('.', '_')}"),
        why=delivery.last_error or "",
        due_at=delivery.at,
    )
