"""What a link lets its official do beside answering: one page with a small form for each act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import Response, make_response, render_template, request, url_for

from processes import actions
from processes.actions import Forward
from processes.actions.asking import sender_of
from processes.actions.held import candidates
from processes.errors import CaseIncident, Conflict, InvalidAnswers, NotFound
from processes.store.tables import Case, LinkPurpose, Task
from webhooks.case_facts import find_contact
from webhooks.current import office
from webhooks.language import act_text, language
from webhooks.nonces import nonce
from webhooks.posted_forms import FORMS
from webhooks.task_links import showing
from webhooks.task_links.entry import Entry
from webhooks.task_links.proof import is_of_this_version, purpose
from webhooks.task_links.receipts import receipt_of

#: which act a form is for
ACT = "_tindakan"
DECLINE, FORWARD, BACK = "tolak", "teruskan", "kembalikan"
RECALL, ASK, COMMENT = "tarik", "tanya", "catatan"
#: proof of person for which a link alone is enough
LINK_ONLY = "tautan"


@dataclass(frozen=True, kw_only=True)
class Tried:
    """An act that could not be done, as it was typed."""

    act: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    #: sentences by field
    errors: Mapping[str, str] = field(default_factory=dict)


def is_named() -> bool:
    """Whether this request is for an act beside answering."""
    return request.mimetype in FORMS and ACT in request.form


def show(entry: Entry, token: str, moment: datetime, tried: Tried | None = None) -> Response:
    """Everything that can be done now; what was tried stands in its form again."""
    task, case_id = entry.task, entry.case.id
    holds = entry.purpose is LinkPurpose.ANSWER and entry.is_open
    with office().database.read() as session:
        case = session.get_one(Case, case_id)
        own = session.get_one(Task, task.id)
        asked = sender_of(session, case, own, entry.person.id)
        places = actions.places_behind(session, office(), case, own, moment) if holds else []
        others = [
            (official, person)
            for official, person in (candidates(session, own) if holds else ())
            if person.id != entry.person.id
        ]
        contact = find_contact(session, entry.case)
    html = render_template(
        "acts.html",
        task=task,
        case=entry.case,
        person=entry.person,
        official=entry.official,
        contact=contact,
        holds=holds,
        may_name=task.assurance == LINK_ONLY,
        asked=asked if entry.is_open else None,
        places=places,
        others=others,
        tried=tried or Tried(),
        act_field=ACT,
        back=url_for("task_links.show", token=token),
        nonce=nonce(office().secret, *purpose(entry)),
    )
    return make_response(html, 422 if tried else 200)


def do(entry: Entry, token: str, moment: datetime) -> Response:
    """Do the act that the form names, once."""
    is_of_this_version(entry)
    act = request.form[ACT]
    try:
        if act not in _ACTS:
            raise Conflict("acts.unknown_act")
        return _ACTS[act](entry, token, moment)
    except InvalidAnswers as error:
        tried = Tried(act=act, values=_typed(), errors=error.sentences(language()))
        return show(entry, token, moment, tried)
    except (Conflict, CaseIncident) as error:
        return showing.conflict(entry, error, said=_typed())


def _typed() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if not name.startswith("_")}


def _given(name: str) -> str:
    return request.form.get(name, "")


def _decline(entry: Entry, token: str, moment: datetime) -> Response:
    actions.decline_task(
        office(), entry.task.id, reason=_given("reason"), actor=entry.actor(), now=moment
    )
    return showing.told(entry, act_text("declined_title"), act_text("declined_why"))


def _forward(entry: Entry, token: str, moment: datetime) -> Response:
    wish = Forward(
        status=_given("status"),
        letter_number=_given("letter_number"),
        official_id=_given("official"),
        name=_given("name"),
        email=_given("email"),
        phone=_given("phone"),
    )
    actions.forward_task(office(), entry.task.id, wish, actor=entry.actor(), now=moment)
    return showing.told(entry, act_text("forwarded_title"), act_text("forwarded_why"))


def _send_back(entry: Entry, token: str, moment: datetime) -> Response:
    actions.send_back(
        office(),
        entry.task.id,
        to=_given("to"),
        reason=_given("reason"),
        actor=entry.actor(),
        now=moment,
    )
    return showing.told(entry, act_text("sent_back_title"), act_text("sent_back_why"))


def _recall(entry: Entry, token: str, moment: datetime) -> Response:
    if not _given("sure"):
        return showing.receipt(entry, receipt_of(entry), act_text("recall_tick"))
    actions.recall_task(
        office(), entry.task.id, reason=_given("reason"), actor=entry.actor(), now=moment
    )
    onward = url_for("task_links.show", token=token)
    return showing.told(entry, act_text("recalled_title"), act_text("recalled_why"), onward)


def _ask(entry: Entry, token: str, moment: datetime) -> Response:
    actions.ask_sender(office(), entry.task.id, _given("question"), actor=entry.actor(), now=moment)
    onward = url_for("task_links.show", token=token)
    return showing.told(entry, act_text("asked_title"), act_text("asked_why"), onward)


def _comment(entry: Entry, token: str, moment: datetime) -> Response:
    if entry.purpose is LinkPurpose.CHOOSE:
        raise NotFound
    shared = _given("shared") == "ya"
    actions.comment_on_case(
        office(),
        entry.case.id,
        _given("text"),
        region=entry.official.region_code,
        shared=shared,
        actor=entry.actor(),
        now=moment,
    )
    onward = url_for("task_links.show", token=token)
    why = act_text("commented_shared" if shared else "commented_own")
    return showing.told(entry, act_text("commented_title"), why, onward)


_ACTS: Mapping[str, Callable[[Entry, str, datetime], Response]] = {
    DECLINE: _decline,
    FORWARD: _forward,
    BACK: _send_back,
    RECALL: _recall,
    ASK: _ask,
    COMMENT: _comment,
}
