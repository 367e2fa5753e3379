"""What stands still until an administrator helps, with the button that lets it go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from processes import actions
from processes.actions import Order, Wish
from processes.errors import InvalidAnswers, NotFound
from processes.store import questions, substitutions
from processes.store.questions import Addressed, FailedAlarm
from processes.store.repairs import Target
from processes.store.tables import (
    Case,
    MessageStatus,
    MoveRequest,
    Official,
    Person,
    RepairAct,
    Substitution,
    Webhook,
    WebhookDelivery,
)
from webhooks.about import titled
from webhooks.board.partners import TriedAct
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, repair_text, text
from webhooks.rights import Right
from webhooks.sessions import actor, check_act, viewer
from worker.summaries import kind_in_words

#: kinds of which all can be retried at once
HALTED, OUTDATED, ALARMS = "perkara", "kalender", "pengingat"


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


@dataclass(frozen=True, kw_only=True)
class Group:
    """Everything of one kind that stands still."""

    heading: str
    rows: Sequence[Trouble]
    #: by which all of it can be retried at once; empty where it cannot
    kind: str = ""


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


@pages.post("/gangguan/semua")
def retry_all() -> Response:
    """Let everything of one kind that stands still be tried again, by a job."""
    check_act(Right.REPAIR)
    kind = request.form.get("kind", "")
    order = Order(actor=actor(), reason=request.form.get("reason", ""))
    with office().database.read() as session:
        act, targets = _standing_still(session, kind)
    try:
        job = actions.start_repair(office(), Wish(act=act), targets, order=order, now=now())
    except InvalidAnswers as error:
        sentence = " ".join(error.sentences(language()).values())
        tried = TriedAct(form=f"semua-{kind}", error=sentence, typed=request.form.to_dict())
        return make_response(_page(tried), error.status)
    return make_response(redirect(url_for("board.repair_job", job_id=job), 303))


def _standing_still(session: Session, kind: str) -> tuple[RepairAct, list[Target]]:
    """What of one kind waits for an administrator of the viewer's regions."""
    if kind == ALARMS:
        failed = questions.failed_alarms(session, viewer())
        return RepairAct.RETRY_ALARM, [
            Target(id=each.alarm.id, case_id=each.case.id, task_id=each.alarm.task_id)
            for each in failed
        ]
    found = questions.halted_cases if kind == HALTED else questions.outdated_cases
    cases = found(session, viewer())
    return RepairAct.RETRY_CASE, [Target(id=c.id, case_id=c.id, task_id=None) for c in cases]


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
        groups = _groups(session)
    return render_template(
        "troubles.html",
        groups=[group for group in groups if group.rows],
        is_any=any(group.rows for group in groups),
        was_tried=bool(request.args.get("tried")),
        tried=tried,
    )


def _groups(session: Session) -> list[Group]:
    """Everything that waits for somebody, by kind, as far as the viewer may see it."""
    seen = viewer()
    letters = questions.page_of_messages(session, seen, page=1, statuses=(MessageStatus.PARKED,))
    stuck = [
        found
        for found in substitutions.listed(session, seen.regions)
        if found[0].ended_at is None and found[0].attempts >= substitutions.MOST_ATTEMPTS
    ]
    return [
        Group(
            heading=text("troubles_cases"),
            rows=[_case(case, case.incident) for case in questions.halted_cases(session, seen)],
            kind=HALTED,
        ),
        Group(
            heading=text("troubles_outdated"),
            rows=[
                _case(case, case.calendar_error) for case in questions.outdated_cases(session, seen)
            ],
            kind=OUTDATED,
        ),
        Group(
            heading=text("troubles_alarms"),
            rows=[_failed(each) for each in questions.failed_alarms(session, seen)],
            kind=ALARMS,
        ),
        Group(
            heading=text("troubles_events"),
            rows=[_parked(*each) for each in questions.parked_deliveries(session, seen)],
        ),
        Group(
            heading=repair_text("troubles_letters"),
            rows=[_letter(each) for each in letters.items],
        ),
        Group(
            heading=repair_text("troubles_substitutions"),
            rows=[_stuck(row, official, away) for row, official, away, _ in stuck],
        ),
        Group(
            heading=repair_text("troubles_moves"),
            rows=[
                _asked(move, case)
                for move, case in questions.waiting_moves(session, seen)
                if move.expires_at > now()
            ],
        ),
    ]


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
        what=f"{kind}: {titled(task)}" if task else kind,
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


def _letter(found: Addressed) -> Trouble:
    message, case = found.message, found.case
    return Trouble(
        act="",
        key=message.id,
        href=url_for("board.messages", status="parked", _anchor=f"pesan-{message.id}"),
        case_number=found.person.name if found.person else text("messages_nobody"),
        case_title=case.number if case else "",
        what=kind_in_words(message.kind, language()),
        why=message.last_error or "",
        due_at=message.created_at,
    )


def _stuck(row: Substitution, official: Official, away: Person) -> Trouble:
    return Trouble(
        act="",
        key=row.id,
        href=url_for("board.substitutes", region=official.region_code),
        case_number=away.name,
        case_title=official.position,
        what="",
        why=row.last_error or "",
        due_at=None,
    )


def _asked(move: MoveRequest, case: Case) -> Trouble:
    return Trouble(
        act="",
        key=move.id,
        href=url_for("board.show_move", case_id=case.id, move_id=move.id),
        case_number=case.number,
        case_title=case.title,
        what=move.name,
        why=f"{move.asked_by}: {move.reason}",
        due_at=move.asked_at,
    )
