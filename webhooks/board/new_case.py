"""Opening a case from the board, in one of three ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request, url_for

from processes import actions
from processes.engine.shapes import ENTRIES
from processes.errors import InvalidAnswers, KsddError
from processes.store import questions
from webhooks.board.opening import (
    ENTRY,
    Opening,
    codes,
    entry_of,
    letter_fields,
    read_letter,
    wrong_letter,
)
from webhooks.board.views import pages
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language
from webhooks.rights import Right
from webhooks.security import allow_upload
from webhooks.sessions import actor, check_act
from webhooks.task_links.inputs import Typed, summary

#: fields that every way of opening asks
FRAME = ("title", "region", "parties")


@pages.get("/perkara/baru")
def new_case() -> str:
    """The form that opens a case."""
    return _form(Opening(entry=entry_of(request.args.get(ENTRY, ""))), {})


@pages.post("/perkara/baru")
def open_case() -> Response:
    """Open the case and show it; the form again when something in it cannot be taken."""
    allow_upload()
    check_act(Right.OPEN)
    typed, moment = Opening.from_request(), now()
    with office().database.read() as session:
        letter = read_letter(session, typed, actor(), moment)
        regions = questions.regions_by_code(session)
    typed = replace(typed, letter=letter.typed)
    if "more" in request.form:
        return make_response(_form(typed, {}))
    errors = dict(letter.errors)
    try:
        region, parties = codes(typed, regions)
        if not errors:
            case_id = actions.open_case(
                office(),
                procedure=typed.procedure,
                region=region,
                parties=parties,
                title=typed.title,
                actor=actor(),
                now=moment,
                entry=typed.entry,
                known=letter.known,
            )
            return make_response(redirect(url_for("board.case", case_id=case_id), 303))
    except InvalidAnswers as error:
        with office().database.read() as session:
            errors = {**wrong_letter(session, typed, letter, moment), **error.fields, **errors}
    return make_response(_form(typed, errors), 422)


def _form(typed: Opening, errors: Mapping[str, KsddError]) -> str:
    with office().database.read() as session:
        regions = questions.regions_by_code(session)
        fields = letter_fields(session, typed, errors, now())
        own = {name: errors[name] for name in FRAME if name in errors}
        rest = {name: error for name, error in errors.items() if name not in FRAME}
        return render_template(
            "open_case.html",
            typed=typed,
            entries=ENTRIES,
            errors={name: error.say(language()) for name, error in own.items()},
            fields=fields,
            problems=summary(fields, Typed(errors=rest)),
            procedures=questions.procedures_in_force(session, office().calendar.today(now())),
            regions=regions.values(),
            ready=questions.regions_with_officials(session),
        )
