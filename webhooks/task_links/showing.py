"""What a link can show, as HTML or JSON: the task, its receipt, "things have moved on"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from processes.actions import Receipt
from processes.engine.forms import Form
from processes.errors import KsddError
from processes.store import questions
from processes.store import typed as typed_drafts
from webhooks import in_words
from webhooks.api import shapes
from webhooks.bodies import says_json
from webhooks.case_facts import find_contact, read_facts
from webhooks.current import office
from webhooks.errors import wants_json
from webhooks.language import language, text
from webhooks.nonces import nonce
from webhooks.posted_forms import readable_form
from webhooks.security import allow_own_script
from webhooks.task_links.earlier import titled
from webhooks.task_links.entry import Entry
from webhooks.task_links.inputs import (
    CONFIRMATION,
    DRAFTED,
    MORE,
    REVIEW,
    SAVE,
    Typed,
    default_values,
    field_views,
    known_names,
    needs_confirmation,
    summary,
)
from webhooks.task_links.page import NOTE, SHOWN, VERDICT, drafts_for, read_page
from webhooks.task_links.posted import Posted, documents_in
from webhooks.task_links.proof import purpose
from webhooks.task_links.receipts import read_receipt
from webhooks.task_links.visits import goes_from_page_to_page

#: what tells a browser to forget the pages of our site that it has kept
CLEARING = "Clear-Site-Data"


def task(
    entry: Entry,
    token: str,
    now: datetime,
    *,
    posted: Posted | None = None,
    errors: Mapping[str, KsddError] | None = None,
    form: Form | None = None,
    said: str = "",
) -> Response:
    """The page of a task; with `errors`, what was typed stands in it again, else the draft.

    `said` is told on top of it.

    `form` is asked instead of the task's own, for example one that asks for a paper too.
    """
    if posted is None and wants_json():
        return jsonify(as_json(entry, now))
    with office().database.read() as session:
        page = read_page(session, entry, token, now, form)
        context = office().form_context(session, entry.task, now)
        draft = typed_drafts.find(session, entry.task.id, entry.person.id, entry.purpose)
        kept = dict(draft.values) if draft else {}
        usual = {**titled(page.form, entry.case.title), **default_values(page.form, context)}
        prefilled = {**usual, **(kept or page.earlier)}
        typed = Typed(values=posted.typed if posted else prefilled, errors=errors or {})
        names = known_names(page.form, context)
        fields = field_views(session, page.form, context, typed)
    drafted = DRAFTED in readable_form() if posted else bool(kept)
    must_confirm = needs_confirmation(page.form, entry.purpose, drafted=drafted)
    html = render_template(
        "task.html",
        page=page,
        fields=fields,
        errors=summary(fields, typed),
        confirmation=CONFIRMATION if must_confirm else "",
        confirmation_error=typed.error(CONFIRMATION),
        verdict_error=typed.error(VERDICT),
        note=typed.values.get(NOTE, ""),
        note_error=typed.error("note"),
        names={"verdict": VERDICT, "note": NOTE, "shown": SHOWN},
        steps={"save": SAVE, "review": REVIEW, "more": MORE},
        drafted=DRAFTED if drafted else "",
        saved_at=draft.saved_at if draft else None,
        orphans=[(name, value) for name, value in kept.items() if name not in names and value],
        said=said,
        nonce=nonce(office().secret, *purpose(entry)),
        hand_url=url_for("task_links.hand_code", token=token),
    )
    return allow_own_script(make_response(html, _status(errors)))


def _status(errors: Mapping[str, KsddError] | None) -> int:
    """200 without errors, else 422; what moved on meanwhile, and a file that was too large or of a
    wrong kind, are told apart."""
    return max((error.status for error in errors.values()), key=_severity) if errors else 200


def _severity(status: int) -> int:
    return {409: 3, 413: 2, 415: 1}.get(status, 0)


def as_json(entry: Entry, now: datetime) -> dict[str, object]:
    """The task as `GET /api/v1/tasks/{id}` tells it, with the case beside it."""
    with office().database.read() as session:
        facts = read_facts(session, office(), entry.viewer, entry.case)
        holders = questions.holders_of_tasks(session, [entry.task.id]).get(entry.task.id, ())
        context = office().form_context(session, entry.task, now)
        shape = facts.shape_of(entry.task)
        zone = office().calendar.zone(entry.task.region_code)
        return {
            **shapes.task_line(entry.task, holders, zone=zone, now=now, language=language()),
            "purpose": entry.purpose.value,
            "assurance": entry.task.assurance,
            "schema": shape.form.schema(context),
            "case": {
                "id": entry.case.id,
                "number": entry.case.number,
                "title": entry.case.title,
                "status": entry.case.status.value,
                "stage": entry.case.stage,
                "stage_name": entry.case.stage_name,
                "parties": list(context.parties),
            },
            "drafts": [
                {"name": each.name, "title": each.title, "formats": list(each.formats)}
                for each in drafts_for(session, entry, now)
            ],
            "documents": [shapes.document(document) for document in facts.documents],
        }


def told(entry: Entry, heading: str, detail: str, onward: str = "") -> Response:
    """A page that says what was done; for machines the same as JSON.

    `onward` is where the person can go on, as an address.
    """
    if wants_json():
        return jsonify({"task_id": entry.task.id, "detail": detail})
    with office().database.read() as session:
        contact = find_contact(session, entry.case)
    html = render_template(
        "conflict.html",
        heading=heading,
        detail=detail,
        tone="good",
        task=entry.task,
        case=entry.case,
        contact=contact,
        lines=(),
        onward=onward,
    )
    return make_response(html)


def receipt(entry: Entry, kept: Receipt, recall_error: str = "") -> Response:
    """The receipt of a finished task, with why it could not be taken back when that was tried; the
    browser is told to keep no page of it. One that sent a form is sent on to the receipt's own
    address, which does not show the token."""
    if wants_json():
        return jsonify(kept.as_dict())
    if _sent_a_form() and not recall_error:
        return make_response(redirect(url_for("task_links.show_again", task_id=entry.task.id), 303))
    with office().database.read() as session:
        page = read_receipt(session, entry, kept)
    html = render_template(
        "receipt.html",
        page=page,
        recall_error=recall_error,
        nonce=nonce(office().secret, *purpose(entry)),
    )
    if recall_error:
        return make_response(html, 422)
    response = make_response(html)
    response.headers[CLEARING] = '"cache"'
    return response


def _sent_a_form() -> bool:
    return request.method == "POST" and not says_json(request) and goes_from_page_to_page()


def conflict(
    entry: Entry,
    error: KsddError,
    posted: Posted | None = None,
    said: Mapping[str, str] | None = None,
) -> Response:
    """Things have moved on: why, whom to ask, and what was typed so that it is not lost.

    `said` is what was written beside answering, by the name of its field.
    """
    with office().database.read() as session:
        facts = read_facts(session, office(), entry.viewer, entry.case)
        contact = find_contact(session, entry.case)
        draft = typed_drafts.find(session, entry.task.id, entry.person.id, entry.purpose)
        values = posted.typed if posted else draft.values if draft else {}
        names = facts.names().with_documents(documents_in(session, values))
    form = facts.shape_of(entry.task).form
    answers = posted.answers if posted else form.from_pairs(values)
    html = render_template(
        "conflict.html",
        heading=text("heading_409" if error.status == 409 else "heading_500"),
        detail=error.say(language()),
        tone="soon",
        task=entry.task,
        case=entry.case,
        contact=contact,
        lines=in_words.lines(form, answers, names),
        said={name: text for name, text in (said or {}).items() if text},
        is_kept=posted is None,
    )
    return make_response(html, error.status)
