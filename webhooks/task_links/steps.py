"""What a form can do beside being sent: be kept as a draft, be looked at once more, be left for
something else. None of it changes the case."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for

from processes.actions.recording import split
from processes.actions.second_channel import WITH_CODE
from processes.engine.forms import Form
from processes.errors import InvalidAnswers, KsddError
from processes.store import typed
from processes.store.tables import LinkPurpose
from webhooks import in_words
from webhooks.case_facts import read_facts
from webhooks.current import office
from webhooks.dates import moment as moment_in_words
from webhooks.errors import wants_json
from webhooks.language import act_text, language
from webhooks.nonces import nonce
from webhooks.rendering import short_hash, size
from webhooks.task_links import acts, showing
from webhooks.task_links.code_inputs import BACK
from webhooks.task_links.entry import Entry
from webhooks.task_links.inputs import (
    CONFIRMATION,
    DRAFTED,
    EDIT,
    MORE,
    REVIEW,
    REVIEWED,
    SAVE,
    SEEN,
)
from webhooks.task_links.posted import Posted
from webhooks.task_links.proof import purpose
from webhooks.task_links.visits import goes_from_page_to_page, is_known

#: what an address names the second look at the answers with
LOOK = "tinjau"
#: what is not wrong as long as nothing is sent
NOT_YET = ("web.choice_missing", "web.confirmation_missing")


def aside(
    entry: Entry, token: str, moment: datetime, posted: Posted, form: Form | None = None
) -> Response | None:
    """The answer to a form that was not sent to be taken; None when it was."""
    if not posted.is_form or not (entry.is_open or entry.purpose is LinkPurpose.COMPLETE):
        return None
    asked = request.form
    if not {SAVE, MORE, EDIT, BACK} & asked.keys():
        return None
    keep(entry, posted, moment)
    if MORE in asked:
        return acts.show(entry, token, moment)
    if SAVE in asked and wants_json():
        return _saved(entry, posted, moment)
    errors = {name: e for name, e in posted.errors.items() if e.key not in NOT_YET}
    said = act_text("saved_title") if SAVE in asked else ""
    return showing.task(entry, token, moment, posted=posted, errors=errors, form=form, said=said)


def keep(entry: Entry, posted: Posted, moment: datetime) -> None:
    """Keep what was typed as the person's own draft."""
    with office().database.write() as session:
        typed.save(session, entry.task.id, entry.person.id, entry.purpose, posted.typed, moment)


def _saved(entry: Entry, posted: Posted, moment: datetime) -> Response:
    """For the page's script: when it was saved, and what became of the files that came along."""
    zone = office().calendar.zone(entry.task.region_code)
    files = {
        name: {
            "id": document.id,
            "label": f"{document.filename} ({size(document.size)}) {short_hash(document.sha256)}",
        }
        for name, document in posted.uploaded.items()
    }
    said = act_text("saved_at", at=moment_in_words(moment, zone, language()))
    return jsonify({"said": said, "files": files})


def wants_review(entry: Entry, posted: Posted) -> bool:
    """Whether the answers are to be shown once more before they are taken.

    That is asked for by the button; and what comes from a page in which a draft stood is never
    taken unseen, because a program could send such a page as it stands.
    """
    if not posted.is_form or not entry.is_open or entry.task.assurance == WITH_CODE:
        return False  # with a code they are shown again by the page that asks for it
    if REVIEW in request.form:
        return True
    given = request.form.get(REVIEWED, "")
    if given == _proof(entry, posted.typed, must_see=False):
        return False
    if given == _proof(entry, posted.typed, must_see=True):
        return SEEN not in request.form
    return bool(given) or DRAFTED in request.form


def review(entry: Entry, posted: Posted, moment: datetime) -> Response:
    """The answers in words, to be sent or changed; raises InvalidAnswers with all that is wrong.

    A browser is sent on to an address that shows them, so that going back from the receipt asks for
    that address and not for the form to be sent once more.
    """
    drafted, unseen = DRAFTED in request.form, REVIEWED in request.form and SEEN not in request.form
    keep(entry, posted, moment)
    page = _once_more(entry, posted, moment, must_see=drafted, unseen=drafted and unseen)
    if page.status_code != 200 or CONFIRMATION in request.form or not goes_from_page_to_page():
        return page
    values: dict[str, Any] = {**(request.view_args or {})}
    values[LOOK] = _proof(entry, posted.typed, must_see=drafted)
    return make_response(redirect(url_for(str(request.endpoint), **values), 303))


def look_again(entry: Entry, moment: datetime) -> Response | None:
    """The second look that the address names; None when it names none, or not of what is typed now.

    A browser that has not sent the form itself is asked to say that it looked: a program could have
    learnt the address.
    """
    given = request.args.get(LOOK, "")
    if not given or entry.task.assurance == WITH_CODE or wants_json():
        return None
    with office().database.read() as session:
        draft = typed.find(session, entry.task.id, entry.person.id, entry.purpose)
        form = office().shape_of(session, entry.case, entry.task).form
    if draft is None:
        return None
    proofs = [_proof(entry, draft.values, must_see=must_see) for must_see in (False, True)]
    if given not in proofs:
        return None
    must_see = given == proofs[1] or not is_known(entry, moment)
    posted = Posted(
        answers=split(form.from_pairs(draft.values))[0], is_form=True, typed=draft.values
    )
    try:
        return _once_more(entry, posted, moment, must_see=must_see, unseen=False)
    except InvalidAnswers:
        return None


def _once_more(
    entry: Entry, posted: Posted, moment: datetime, *, must_see: bool, unseen: bool
) -> Response:
    with office().database.read() as session:
        facts = read_facts(session, office(), entry.viewer, entry.case)
        context = office().form_context(session, entry.task, moment)
        shape = facts.shape_of(entry.task)
        checked = _checked(shape.form, posted, context)
        names = facts.names().with_documents(posted.uploaded_in(session))
        lines = in_words.lines(shape.form, checked, names)
    html = render_template(
        "once_more.html",
        task=entry.task,
        case=entry.case,
        person=entry.person,
        official=entry.official,
        contact=facts.contact,
        lines=lines,
        hidden=[
            *posted.typed.items(),
            *([(CONFIRMATION, "ya")] if CONFIRMATION in request.form else []),
            *([(DRAFTED, "1")] if must_see else []),
            (REVIEWED, _proof(entry, posted.typed, must_see=must_see)),
        ],
        seen=SEEN if must_see else "",
        seen_error=act_text("see_first") if unseen else "",
        steps={"edit": EDIT, "review": REVIEW},
        nonce=nonce(office().secret, *purpose(entry)),
    )
    return make_response(html, 422 if unseen else 200)


def _checked(form: Form, posted: Posted, context: object) -> Mapping[str, object]:
    errors: dict[str, KsddError] = {}
    try:
        checked = form.check(posted.answers, context=context)  # type: ignore[arg-type]
    except InvalidAnswers as error:
        checked, errors = {}, error.fields
    if errors or posted.errors:
        raise InvalidAnswers({**errors, **posted.errors})
    return checked


def _proof(entry: Entry, values: Mapping[str, str], *, must_see: bool) -> str:
    """Proof that a page showed these very answers; `must_see` asks for a tick as well."""
    digest = hashlib.sha256(json.dumps(sorted(values.items())).encode()).hexdigest()
    word = "must-see" if must_see else "may-see"
    return nonce(office().secret, "reviewed", entry.link.id, entry.task.id, word, digest)
