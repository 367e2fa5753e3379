"""`/k`: type the code of a letter, name a contact, hand in a signed reply. Looking changes nothing.

The code itself travels from page to page in the form; nothing is kept of a visit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from processes import actions
from processes.actions.partner_forms import read_contact, read_reply
from processes.actions.partners import Holder
from processes.errors import (
    Conflict,
    FieldError,
    InvalidAnswers,
    KsddError,
    NotAllowed,
    NotFound,
    TooLarge,
)
from webhooks.clock import now
from webhooks.current import office
from webhooks.language import language, text
from webhooks.nonces import FIELD as KEY
from webhooks.partners.entry import FIELD, actor_of, enter, typed_code
from webhooks.partners.page import CONTACT, FORMS, REPLY, SCAN, Tried, context_of, show
from webhooks.security import allow_upload
from webhooks.visitors import check_visitor, must_send_again

pages = Blueprint("partners", __name__)

#: fields of the page itself, beside those of its two forms
OWN = (FIELD, KEY)
Act = Callable[[Holder, Tried, datetime], None]


@pages.get("/k", strict_slashes=False)
def ask() -> str:
    """The form for a code; the square on the letter fills it in. Says nothing of any case."""
    return _code_form()


@pages.get("/k/narahubung")
@pages.get("/k/balasan")
def back() -> Response:
    """Whoever comes back without his form starts with the code again."""
    return make_response(redirect(url_for("partners.ask"), 303))


@pages.post("/k", strict_slashes=False)
def look() -> Response:
    """What the code's party may do in the code's case."""
    return _entered(lambda holder, moment: make_response(_page(holder, moment)))


@pages.post("/k/narahubung")
def name_contact() -> Response:
    """Name the party's contact, who gets its tasks from now on."""
    return _entered(lambda holder, moment: _try(holder, CONTACT, _name_contact, moment))


@pages.post("/k/balasan")
def hand_in_reply() -> Response:
    """Hand in the party's signed reply, which the pemrakarsa checks."""
    allow_upload()
    return _entered(lambda holder, moment: _try(holder, REPLY, _hand_in_reply, moment))


def _entered(go_on: Callable[[Holder, datetime], Response]) -> Response:
    """The page for the holder of the code in this form; the form for a code without one."""
    if must_send_again():
        return make_response(_code_form(NotAllowed("partners.send_again")), 403)
    check_visitor()
    moment = now()
    try:
        holder = enter(moment)
    except (FieldError, NotFound) as error:
        return make_response(_code_form(error), error.status)
    return go_on(holder, moment)


def _try(holder: Holder, form: str, act: Act, moment: datetime) -> Response:
    """Do what one of the two forms asks for; show it again when it cannot be taken."""
    values = {name: value for name, value in request.form.items() if name not in OWN}
    tried = Tried(form=form, values=values)
    try:
        if not holder.may_act:
            raise Conflict("partners.case_over")
        act(holder, tried, moment)
    except InvalidAnswers as error:
        again = Tried(form=form, values=values, errors=error.fields)
        return make_response(_page(holder, moment, tried=again), _status(error))
    except (Conflict, TooLarge) as error:
        page = _page(holder, moment, tried=tried, refused=error.say(language()))
        return make_response(page, error.status)
    return make_response(_page(holder, moment, done=text(f"partner_done_{form}")))


def _name_contact(holder: Holder, tried: Tried, moment: datetime) -> None:
    form = FORMS[CONTACT](language())
    answers = form.from_pairs(tried.values)
    given = read_contact(form, answers, context_of(holder, moment))
    actions.name_contact(office(), request.form[FIELD], given, actor=actor_of(holder), now=moment)


def _hand_in_reply(holder: Holder, tried: Tried, moment: datetime) -> None:
    """The scan is kept whatever is wrong with the rest, so that nobody uploads it twice."""
    form = FORMS[REPLY](language())
    errors: dict[str, KsddError] = {}
    values = dict(tried.values)
    scan = values.pop(SCAN, "")
    try:
        scan = _keep_scan(holder, moment) or scan
    except KsddError as error:
        errors[SCAN] = error
    if scan:
        tried.values[SCAN] = scan
    elif not errors:
        errors[SCAN] = FieldError("partners.scan_missing")
    try:
        given = read_reply(form, form.from_pairs(values), context_of(holder, moment))
    except InvalidAnswers as error:
        errors = {**error.fields, **errors}
    if errors:
        raise InvalidAnswers(errors)
    actions.hand_in_reply(
        office(), request.form[FIELD], given, scan, actor=actor_of(holder), now=moment
    )


def _keep_scan(holder: Holder, moment: datetime) -> str:
    """The id of the scan that came along; empty when none did."""
    chosen: list[FileStorage] = [file for file in request.files.getlist(SCAN) if file.filename]
    if len(chosen) > 1:
        raise FieldError("web.one_file")
    if not chosen:
        return ""
    kept = actions.add_scan(
        office(),
        request.form[FIELD],
        chosen[0].stream,
        chosen[0].filename or "",
        actor=actor_of(holder),
        now=moment,
    )
    return kept.id


def _status(error: InvalidAnswers) -> int:
    """422, unless the scan was too large or of a wrong kind."""
    return error.fields[SCAN].status if SCAN in error.fields else error.status


def _page(
    holder: Holder,
    moment: datetime,
    *,
    tried: Tried | None = None,
    done: str = "",
    refused: str = "",
) -> str:
    return show(holder, moment, code=request.form[FIELD], tried=tried, done=done, refused=refused)


def _code_form(error: KsddError | None = None) -> str:
    return render_template(
        "code.html",
        code=typed_code(),
        code_field=FIELD,
        error=error.say(language()) if error else "",
    )
