"""What is asked beside the answers where a task wants more proof than its link: the last look at
what is confirmed, with the code.

The first sending of good answers asks for the code: a robot cannot make that decision. Nothing is
finished before the code is right, and what was typed stays in the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from flask import Response, make_response, render_template, request, url_for

from processes import actions
from processes.actions.asking_code import CodeSent
from processes.actions.proving import ProofGiven
from processes.actions.second_channel import SIGNED_IN
from processes.errors import CodeLocked, CodeRefused
from processes.sentences import say
from processes.store.tables import CodeWay, Document
from webhooks import documents, in_words
from webhooks.case_facts import CaseFacts, find_shepherd, read_facts
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.in_words import Names
from webhooks.language import language
from webhooks.nonces import nonce
from webhooks.sessions import find_account
from webhooks.task_links.code_inputs import ASK, BACK, CODE
from webhooks.task_links.entry import Entry
from webhooks.task_links.inputs import CONFIRMATION
from webhooks.task_links.posted import Posted
from webhooks.task_links.proof import purpose
from webhooks.tries import count_failure


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """What is about to be confirmed, and how the page carries it."""

    answers: Mapping[str, Any]
    #: inputs that bring it back with the code
    hidden: Mapping[str, str]
    #: whether a person sent our form
    is_form: bool = True
    #: the code a machine sent, and whether it wants a new one
    code: str = ""
    asks: bool = False
    #: files that came along and are not in the case yet
    files: Iterable[Document] = field(default_factory=tuple)


def of_posted(posted: Posted) -> Confirmed:
    """What somebody answered himself."""
    hidden = dict(posted.typed)
    if request.form.get(CONFIRMATION):
        hidden[CONFIRMATION] = request.form[CONFIRMATION]
    return Confirmed(
        answers=posted.answers,
        hidden=hidden,
        is_form=posted.is_form,
        code=posted.code,
        asks=posted.asks,
        files=posted.uploaded.values(),
    )


def proof(entry: Entry, confirmed: Confirmed) -> ProofGiven:
    """What this request gives beside its link."""
    account = find_account() if entry.task.assurance == SIGNED_IN else None
    code = request.form.get(CODE, "") if confirmed.is_form else confirmed.code
    asks = _asks(confirmed)
    return ProofGiven(
        code="" if asks else code, signed_in_as=account.person_id if account else None
    )


def goes_back() -> bool:
    """Whether somebody wants to change his answers instead of confirming them."""
    return BACK in request.form


def refuse(
    entry: Entry, token: str, confirmed: Confirmed, error: CodeRefused, moment: datetime
) -> Response:
    """Ask for the code: for a person with all that he confirms, for a machine as a problem.

    A wrong code counts against the caller's address. A code that was asked for and left empty is
    told as a mistake.
    """
    if error.wrong:
        count_failure()
    sent = CodeSent()
    try:
        sent = _send(entry, confirmed, moment, only_look=error.wrong)
    except CodeRefused as refused:
        if not isinstance(refused, CodeLocked):
            sent = _send(entry, confirmed, moment, only_look=True)
        error = refused
    if wants_json() or not confirmed.is_form:
        _refuse_machine(entry, error, sent)
    if error.missing and CODE in request.form and not _asks(confirmed):
        error = CodeRefused("confirming.code_empty")
    return _review(entry, token, confirmed, error, sent)


def _asks(confirmed: Confirmed) -> bool:
    return ASK in request.form if confirmed.is_form else confirmed.asks


def _send(entry: Entry, confirmed: Confirmed, moment: datetime, *, only_look: bool) -> CodeSent:
    """Have a code sent, unless one that fits was sent before."""
    return actions.send_code(
        office(),
        entry.task.id,
        confirmed.answers,
        actor=entry.actor(),
        now=moment,
        anew=_asks(confirmed) and not only_look,
        only_look=only_look,
    )


def _refuse_machine(entry: Entry, error: CodeRefused, sent: CodeSent) -> NoReturn:
    """What a machine is told to do next, at the field `kode`."""
    if not (error.missing or error.stale):
        raise error
    if sent.way is None or not sent.is_sent:
        raise CodeRefused("confirming.json_app" if sent.has_app else "confirming.json_nowhere")
    way = say(f"confirming.way_{sent.way.value}", language())
    key = "json_by_hand" if sent.by_hand else "json_sent"
    raise CodeRefused(f"confirming.{key}", to=sent.to, way=way, until=_clock(entry, sent.until))


def _clock(entry: Entry, until: datetime | None) -> str:
    zone = office().calendar.zone(entry.task.region_code)
    return until.astimezone(zone).strftime("%H.%M") if until else "-"


def _review(
    entry: Entry, token: str, confirmed: Confirmed, error: CodeRefused, sent: CodeSent
) -> Response:
    with office().database.read() as session:
        facts = read_facts(session, office(), entry.viewer, entry.case)
        house = find_shepherd(session, entry.task.region_code)
    form = facts.shape_of(entry.task).form
    html = render_template(
        "review.html",
        task=entry.task,
        case=entry.case,
        person=entry.person,
        official=entry.official,
        parties=facts.parties,
        documents_shown=documents.rows(
            facts,
            entry.viewer,
            lambda doc: url_for("task_links.document", token=token, document_id=doc),
        ),
        lines=in_words.lines(form, confirmed.answers, _names(facts, confirmed)),
        hidden=confirmed.hidden,
        sent=sent,
        way=say(f"confirming.way_{sent.way.value}", language()) if sent.way else "",
        weak=sent.way is CodeWay.SAME_MAIL,
        until=_clock(entry, sent.until),
        error="" if error.missing else error.fields[CodeRefused.FIELD].say(language()),
        locked=isinstance(error, CodeLocked),
        house=house,
        contact=facts.contact,
        app=url_for("task_links.authenticator", token=token),
        names={"code": CODE, "ask": ASK, "back": BACK},
        nonce=nonce(office().secret, *purpose(entry)),
    )
    response = make_response(html, 200 if error.missing else error.status)
    if isinstance(error, CodeLocked):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _names(facts: CaseFacts, confirmed: Confirmed) -> Names:
    known = facts.names()
    files = {document.id: document for document in confirmed.files}
    return Names(regions=known.regions, documents={**known.documents, **files})
